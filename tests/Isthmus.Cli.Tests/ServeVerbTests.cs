namespace Isthmus.Tests.Verbs;

/// <summary><c>isthmus serve</c>: what is refused before anything listens.</summary>
public class ServeVerbTests
{
    [Theory]
    [InlineData("--url http://0.0.0.0:8099", "--api-key-file")]
    [InlineData("--url http://127.0.0.1:0 --grpc-url http://*:8099", "--grpc-url http://*:8099")]
    [InlineData("--url http://example.com:8099", "--insecure")]
    [InlineData("--url nonsense", "expected an address")]
    [InlineData("--url ftp://127.0.0.1:8099", "expected an address")]
    [InlineData("--url http://127.0.0.1:99999", "expected an address")]
    [InlineData("--url http://127.0.0.1:8099/models", "expected an address")]
    [InlineData("--url https://127.0.0.1:8099", "needs a certificate")]
    [InlineData("--url https://127.0.0.1:8099 --certificate {absent.pem}", "absent.pem")]
    [InlineData("--certificate-key {absent.pem}", "without a certificate")]
    [InlineData("--url http://0.0.0.0:8099 --api-key-file {absent}", "absent")]
    [InlineData("-m {x}", "two models")]
    [InlineData("--url http://127.0.0.1:0", "absent-model")]
    [InlineData("--url http://203.0.113.9:8099 --insecure", "--url")]
    public void A_wrong_line_is_refused_in_one(string options, string expected)
    {
        using var terminal = new Terminal();
        if (expected == "--url")
            terminal.Done("train shapes --set hidden=4 --latent 2 --limit 200 --epochs 1 --importance-samples 0 -o {runs} --name x");
        var model = expected switch
        {
            "absent-model" => "{absent-model}",
            "--url" => "{runs/x}",
            _ => "{x}",
        };
        Assert.Contains(expected, terminal.Refused($"serve -m {model} {options}"));
    }
}
