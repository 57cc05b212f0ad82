using System.Reflection;
using LocalHost.Tests.Api;

namespace LocalHost.Tests.Packages;

/// <summary>The list that the declarations are compared with is what the packages have.</summary>
public sealed class PackageSignatureTests
{
    private static readonly string[] Assemblies =
    [
        "DurableTask.Core",
        "Microsoft.Azure.Functions.Worker",
        "Microsoft.Azure.Functions.Worker.Core",
        "Microsoft.Azure.Functions.Worker.Extensions.Abstractions",
        "Microsoft.Azure.Functions.Worker.Extensions.DurableTask",
        "Microsoft.Azure.Functions.Worker.Extensions.Http",
        "Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore",
        "Microsoft.Azure.Functions.Worker.Extensions.Timer",
        "Microsoft.DurableTask.Abstractions",
        "Microsoft.DurableTask.Client",
    ];

    private static readonly ILookup<string, Type> Types = Assemblies
        .SelectMany(name => Assembly.Load(name).GetExportedTypes())
        .ToLookup(ApiSignatures.NameOf, StringComparer.Ordinal);

    public static TheoryData<string> ListedTypes => [.. SignatureFile.Published.Select(SignatureFile.TypeOf).Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(ListedTypes))]
    public void A_listed_type_has_the_listed_signatures_and_no_others(string name)
    {
        Type type = Assert.Single(Types[name]);
        string[] listed = [.. SignatureFile.Published.Where(line => SignatureFile.TypeOf(line) == name)];
        string[] real = [.. ApiSignatures.Of(type)];

        string[] differences =
        [
            .. real.Except(listed, StringComparer.Ordinal).Select(line => $"+ {line}"),
            .. listed.Except(real, StringComparer.Ordinal).Select(line => $"- {line}"),
        ];
        Assert.True(differences.Length == 0, string.Join('\n', differences));
    }
}
