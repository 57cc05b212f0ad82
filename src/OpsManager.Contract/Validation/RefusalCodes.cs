namespace OpsManager.Contract;

/// <summary>The stable codes of refusals.</summary>
public static class RefusalCodes
{
    /// <summary>Not JSON, nested deeper than 64 levels, or text that is not valid Unicode.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>JSON, but not an object.</summary>
    public const string NotAnObject = "not_an_object";

    /// <summary><c>schemaVersion</c> is absent or null.</summary>
    public const string SchemaVersionMissing = "schema_version_missing";

    /// <summary><c>schemaVersion</c> is not one this version reads. Nothing else of the envelope was looked at.</summary>
    public const string UnsupportedSchemaVersion = "unsupported_schema_version";

    /// <summary><c>envelopeType</c> is another one than expected. Nothing else of the envelope was looked at.</summary>
    public const string EnvelopeTypeMismatch = "envelope_type_mismatch";

    /// <summary>The envelope speaks of another loop than the one asked for.</summary>
    public const string LoopMismatch = "loop_mismatch";

    /// <summary>A required field is absent or null.</summary>
    public const string FieldMissing = "field_missing";

    /// <summary>A field has the wrong type or a value outside its range.</summary>
    public const string FieldInvalid = "field_invalid";
}
