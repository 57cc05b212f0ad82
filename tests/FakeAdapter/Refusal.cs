namespace OpsManager.FakeAdapter;

/// <summary>A call that is answered with an error.</summary>
internal sealed class Refusal(int status, string code) : Exception
{
    public int Status => status;

    public string Code => code;
}
