using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Isthmus.Tests;

/// <summary>The sample that is a web service: started on a free port, asked twice, and stopped.</summary>
public class WebSampleTests
{
    [Fact]
    public async Task A_web_service_scores_rows_of_json_and_says_what_is_wrong_with_others()
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var sample = Path.Combine(Repository.Root, "samples", "08-score-a-web-request.cs");
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["run", "-c", "Release", sample, "--", "--urls", "http://127.0.0.1:0"])
            {
                WorkingDirectory = folder.Path,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" },
            }
        )!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(stop);
            var address = await Address(process.StandardOutput, stop);
            if (address is null)
                Assert.Fail(await errors);
            using var client = new HttpClient { BaseAddress = new(address) };
            object[] body =
            [
                new
                {
                    age = 31,
                    plan = "basic",
                    spent = 950,
                },
                new
                {
                    age = 31,
                    plan = "basic",
                    spent = 40,
                },
            ];
            var answer = await client.PostAsJsonAsync("/score", body, stop);
            var rows = await answer.Content.ReadFromJsonAsync<JsonElement>(stop);
            Assert.True(rows[0].GetProperty("isUnusual").GetBoolean());
            Assert.Contains("spent", rows[0].GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("column").GetString()));
            Assert.True(rows[0].GetProperty("bits").GetSingle() > rows[1].GetProperty("bits").GetSingle());
            var refused = await client.PostAsJsonAsync("/score", new { age = 31 }, stop);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("no column 'plan'", await refused.Content.ReadFromJsonAsync<string>(stop));
        }
        finally
        {
            // The service is a child of the command that built it.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(stop);
        }
    }

    private static async Task<string?> Address(StreamReader output, CancellationToken stop)
    {
        const string Listening = "Now listening on: ";
        while (await output.ReadLineAsync(stop) is { } line)
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                return line[(at + Listening.Length)..].Trim();
        return null;
    }
}
