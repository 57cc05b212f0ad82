using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace OpsFunctions.Tests.Support;

/// <summary>What a client receives.</summary>
internal sealed record Answer(int Status, IHeaderDictionary Headers, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Code => Json["code"]?.GetValue<string>();

    /// <summary>Executes a result on the request it belongs to.</summary>
    public static async Task<Answer> OfAsync(Task<IResult> result, HttpRequest request)
    {
        await (await result).ExecuteAsync(request.HttpContext);
        var response = request.HttpContext.Response;
        return new Answer(response.StatusCode, response.Headers, Encoding.UTF8.GetString(((MemoryStream)response.Body).ToArray()));
    }
}
