using System.Buffers;
using System.Text.Json;

namespace SuperloopAdapter.Serving;

/// <summary>Which build answers, and which process of it: what somebody who replaces a running service has to tell apart.</summary>
internal static class RunningBuild
{
    /// <summary>Differs between builds of different sources, also of one version.</summary>
    public static string Id { get; } = typeof(RunningBuild).Module.ModuleVersionId.ToString("N");

    private static readonly string Instance = Guid.NewGuid().ToString("N");

    /// <summary>The answer of <c>GET /healthz</c>.</summary>
    public static byte[] Health()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteBoolean("ok"u8, true);
        json.WriteStartObject("ext"u8);
        json.WriteString("build"u8, Id);
        json.WriteString("instance"u8, Instance);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
