using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpsManager.Sprites.Adapter;

namespace OpsFunctions.Activities.Polling;

/// <summary>The hash by which a line of the log is known again.</summary>
public static class LineHash
{
    /// <summary>Of the line itself, not of its envelope: that names the moment it was written and the length of the log.</summary>
    public static string Of(EventReading reading)
    {
        if (reading.Envelope is { } envelope)
        {
            if (envelope.Event.Raw is { ValueKind: JsonValueKind.Object } raw)
            {
                return CanonicalJson.Hash(raw);
            }

            // An adapter that does not pass the line on: what it says of the line.
            return CanonicalJson.Hash(JsonSerializer.SerializeToElement(new
            {
                envelope.Event.Timestamp,
                envelope.Event.Name,
                envelope.Event.Role,
                envelope.Event.Status,
                envelope.Event.Message,
                envelope.Event.Payload,
                envelope.Run.RunId,
                envelope.Run.Iteration,
            }));
        }

        return Convert.ToHexStringLower(SHA256.HashData(
            reading.Raw.IsEmpty ? Encoding.UTF8.GetBytes($"quarantined:{reading.QuarantineReason}") : reading.Raw.Span));
    }
}
