using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpsManager.Contract.Tests.Envelopes;

/// <summary>Ways to spoil an envelope.</summary>
internal static class JsonMutations
{
    private static readonly string[] Replacements =
    [
        "null", "true", "false", "0", "1", "-1", "1.5", "9007199254740991", "9007199254740992", "2147483648", "1e400", "\"\"", "\"v1\"", "\"v2\"", "\"text\"",
        "\"2026-11-22T15:05:46Z\"", "\"2026-11-22T15:05:46.123+02:00\"", "\"2026-11-22\"", "[]", "[1]", "[\"a\"]", "{}", "{\"a\":1}",
    ];

    /// <summary>Changes one or two places: a value replaced by another one, or a member removed, renamed, added or made null.</summary>
    public static JsonElement Mutate(JsonElement json, Random random)
    {
        var root = JsonNode.Parse(json.GetRawText())!;
        for (var changes = random.Next(1, 3); changes > 0; changes--)
        {
            Change(root, random);
        }

        return JsonSerializer.SerializeToElement(root);
    }

    /// <summary>Changes one to eight bytes, or cuts the end off.</summary>
    public static byte[] MutateBytes(JsonElement json, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(json.GetRawText());
        if (random.Next(4) == 0)
        {
            return bytes[..random.Next(bytes.Length)];
        }

        for (var changes = random.Next(1, 9); changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"\"{}[],:\\u0-9dDeEtfn"[random.Next(19)];
        }

        return bytes;
    }

    public static JsonElement AddUnknownMembersEverywhere(JsonElement json)
    {
        var root = JsonNode.Parse(json.GetRawText())!;
        Add(root);
        return JsonSerializer.SerializeToElement(root);

        static void Add(JsonNode? node)
        {
            if (node is JsonObject o)
            {
                foreach (var child in o.Select(static p => p.Value).ToList())
                {
                    Add(child);
                }

                o["x_unknown"] = JsonNode.Parse("""{"kept":[1,null,{"a":"é"}]}""");
                o["x_null"] = null;
            }
        }
    }

    private static void Change(JsonNode root, Random random)
    {
        // Walks down at random, so that members near the root, which carry the rules, are hit as often as the many below them.
        var node = root as JsonObject;
        while (node is { Count: > 0 })
        {
            var name = node.ElementAt(random.Next(node.Count)).Key;
            if (node[name] is JsonObject child && random.Next(5) != 0)
            {
                node = child;
                continue;
            }

            switch (random.Next(9))
            {
                case 0:
                    node.Remove(name);
                    break;
                case 1:
                    var value = node[name];
                    node.Remove(name);
                    node["x_" + name] = value;
                    break;
                case 2 or 3:
                    node["x_" + name] = JsonNode.Parse(Replacements[random.Next(Replacements.Length)]);
                    break;
                case 4 or 5:
                    node[name] = null;
                    break;
                default:
                    node[name] = JsonNode.Parse(Replacements[random.Next(Replacements.Length)]);
                    break;
            }

            return;
        }
    }
}
