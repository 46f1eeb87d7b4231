using System.Diagnostics;
using System.Net.Http.Json;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Isthmus.Tests;

namespace Isthmus.Server.Tests;

/// <summary>The sample of <c>AddIsthmus</c> and <c>MapIsthmus</c>: compiled against the assemblies of these tests, started on a free port, and asked.</summary>
public sealed class EmbeddedSampleTests
{
    private const string Sample = "12-serve-models-on-the-web.cs";

    // What the SDK of web applications has for all files.
    private static readonly string[] Usings =
    [
        "System",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Threading",
        "System.Threading.Tasks",
        "Microsoft.AspNetCore.Builder",
        "Microsoft.AspNetCore.Http",
        "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting",
    ];

    [Fact]
    public async Task An_application_serves_models_beside_its_own_endpoints()
    {
        var folder = Directory.CreateTempSubdirectory("isthmus-sample-").FullName;
        try
        {
            var program = await Compile(folder);
            // The assemblies are those of the tests.
            var tests = Path.ChangeExtension(Assembly.GetExecutingAssembly().Location, null);
            using var process = Start(
                folder,
                ["exec", "--runtimeconfig", $"{tests}.runtimeconfig.json", "--depsfile", $"{tests}.deps.json", program, "--urls", "http://127.0.0.1:0"]
            );
            try
            {
                var errors = process.StandardError.ReadToEndAsync();
                if (await Address(process.StandardOutput) is not { } address)
                {
                    Assert.Fail(await errors);
                    return;
                }
                using var client = new HttpClient { BaseAddress = new(address) };
                Assert.Contains("/ml/docs", await client.GetStringAsync("/"));
                Assert.True((await client.GetAsync("/ml/v2/health/ready")).IsSuccessStatusCode);
                var row = """[{"age": 31, "plan": "basic", "spent": 950}]""";
                using var answer = await client.PostAsync("/ml/models/customers/score", new StringContent(row, Encoding.UTF8, "application/json"));
                var scored = (await answer.Content.ReadFromJsonAsync<JsonElement>())[0];
                Assert.True(scored.GetProperty("is_unusual").GetBoolean());
                Assert.Contains("spent", scored.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("column").GetString()));
                var document = await client.GetFromJsonAsync<JsonElement>("/ml/openapi/isthmus.json");
                var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToArray();
                Assert.Contains("/ml/models/customers/score", paths);
                Assert.DoesNotContain("/", paths);
            }
            finally
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> Compile(string folder)
    {
        var program = Path.Combine(folder, "sample.dll");
        var usings = Path.Combine(folder, "usings.cs");
        File.WriteAllLines(usings, Usings.Select(name => $"global using {name};"));
        var options = Path.Combine(folder, "options.rsp");
        var assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => !path.EndsWith("Isthmus.Server.Tests.dll"));
        File.WriteAllLines(
            options,
            [
                "-nologo -target:exe -langversion:latest -nullable:enable -features:FileBasedProgram",
                $"-out:\"{program}\"",
                .. assemblies.Select(path => $"-r:\"{path}\""),
                $"\"{usings}\"",
                $"\"{Path.Combine(Repository.Root, "samples", Sample)}\"",
            ]
        );
        // .../shared/Microsoft.NETCore.App/10.0.x/ is beside .../sdk/10.0.x/Roslyn.
        var home = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var compiler = Directory
            .GetDirectories(Path.Combine(home, "sdk"), "10.*")
            .Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll"))
            .Last(File.Exists);
        using var process = Start(folder, ["exec", compiler, "-noconfig", $"@{options}"]);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        return program;
    }

    private static Process Start(string folder, IEnumerable<string> arguments) =>
        Process.Start(
            new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    private static async Task<string?> Address(StreamReader output)
    {
        const string Listening = "Now listening on: ";
        while (await output.ReadLineAsync() is { } line)
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                return line[(at + Listening.Length)..].Trim();
        return null;
    }
}
