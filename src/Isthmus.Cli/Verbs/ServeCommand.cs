using System.CommandLine;
using System.Net.Sockets;
using Isthmus.Cli.Arguments;
using Isthmus.Server.Hosting;
using Isthmus.Server.Security;
using Isthmus.Training;
using Microsoft.AspNetCore.Builder;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus serve</c>: models behind HTTP.</summary>
internal static class ServeCommand
{
    private const string Local = "http://127.0.0.1:8080";

    private static readonly Option<string[]> Models = new("--model", "-m")
    {
        Description = "Model file or the folder of its run, NAME=PATH to name it; several may be given.",
        Required = true,
        HelpName = "name=file",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string[]> Urls = new("--url")
    {
        Description = $"Address to listen on; several may be given. [default: {Local}]",
        DefaultValueFactory = _ => [],
        HelpName = "url",
    };
    private static readonly Option<string[]> GrpcUrls = new("--grpc-url")
    {
        Description = "Address for gRPC without TLS, such as http://127.0.0.1:8081; https addresses of --url take gRPC as they are.",
        DefaultValueFactory = _ => [],
        HelpName = "url",
    };
    private static readonly Option<string?> KeyFile = new("--api-key-file")
    {
        Description = "File of keys, one a line, of which a request must carry one.",
        HelpName = "file",
    };
    private static readonly Option<bool> Insecure = new("--insecure") { Description = "Listen on an address that others reach without a key." };
    private static readonly Option<string?> Certificate = new("--certificate")
    {
        Description = $"Certificate for https addresses: .pem, or .pfx, whose password is read from the variable {ServerCertificate.PasswordVariable}.",
        HelpName = "file",
    };
    private static readonly Option<string?> CertificateKey = new("--certificate-key")
    {
        Description = "Private key of the certificate: .pem.",
        HelpName = "file",
    };
    private static readonly Option<int> MaxBatch = CommonOptions
        .Whole("--max-batch", "Records of several requests that enter a model together at most", 256, 1)
        .AtMost(65_536);
    private static readonly Option<int> MaxWait = CommonOptions
        .Whole("--max-wait-ms", "Milliseconds for which a record waits for others to enter with it", 0, 0)
        .AtMost(10_000);
    private static readonly Option<int> MaxBody = CommonOptions.Whole("--max-body-mb", "Megabytes (2^20 bytes) of a body at most", 8, 1).AtMost(2047);
    private static readonly Option<int> MaxRows = CommonOptions.Whole("--max-rows", "Records of a request at most; streams of lines have no limit", 10_000, 1);
    private static readonly Option<int> MaxConcurrent = CommonOptions
        .Whole("--max-concurrent", "Requests that are answered at the same time", 64, 1)
        .AtMost(100_000);
    private static readonly Option<int> MaxWaiting = CommonOptions
        .Whole("--max-waiting", "Requests that wait for their turn; more are refused (429)", 256, 0)
        .AtMost(1_000_000);
    private static readonly Option<int?> Rate = CommonOptions.OptionalWhole("--rate", "Requests a second of one key or address. Default: any number", 1);
    private static readonly Option<int> TimeLimit = CommonOptions.Whole("--timeout", "Seconds of a request at most", 30, 1).AtMost(86_400);
    private static readonly Option<int> Reload = CommonOptions
        .Whole("--reload", "Seconds between two looks at the models' files; 0 for none", 2, 0)
        .AtMost(86_400);
    private static readonly Option<int> Drain = CommonOptions
        .Whole("--drain", "Seconds for which connections are still taken after the signal to stop", 0, 0)
        .AtMost(3600);
    private static readonly Option<bool> LogRequests = new("--log-requests") { Description = "Log every request, not only those that fail." };
    private static readonly Option<bool> JsonLog = new("--log-json") { Description = "Log one JSON object a line." };

    public static Command Create()
    {
        var verb = new Verb(
            "serve",
            "Answer requests over HTTP with models: scores, codes, reconstructions and more. Ends on SIGTERM or Ctrl-C when requests under way are "
                + "answered.",
            "isthmus serve -m fraud=runs/customers-table-vae -m digits=runs/mnist-vae --api-key-file keys",
            Run
        )
        {
            ComputesOnCpu = true,
        };
        foreach (
            var option in (Option[])
                [
                    Models,
                    Urls,
                    GrpcUrls,
                    KeyFile,
                    Insecure,
                    Certificate,
                    CertificateKey,
                    MaxBatch,
                    MaxWait,
                    MaxBody,
                    MaxRows,
                    MaxConcurrent,
                    MaxWaiting,
                    Rate,
                    TimeLimit,
                    Reload,
                    Drain,
                    LogRequests,
                    JsonLog,
                ]
        )
            verb.Add(option);
        return verb;
    }

    private static void Run(Session session)
    {
        var models = session.Get(Models).Select(Named).ToArray();
        if (models.GroupBy(model => model.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidInputException($"--model: two models are called '{twice.Key}'; name each by NAME=FILE.");
        string[] urls = session.Get(Urls) is { Length: > 0 } given ? given : [Local];
        foreach (var url in urls)
            Check(session, url, "--url");
        foreach (var url in session.Get(GrpcUrls))
            Check(session, url, "--grpc-url");
        var keys = session.Get(KeyFile) is { } path ? ApiKeys.Read(path) : [];
        var certificate = ServerCertificate.Settings(session.Get(Certificate), session.Get(CertificateKey));
        if (certificate.Count > 0 && !urls.Concat(session.Get(GrpcUrls)).Any(IsHttps))
            throw new InvalidInputException(
                $"--certificate: no address is an https one; give --url {Local.Replace("http:", "https:", StringComparison.Ordinal)}."
            );
        session.SelectDevice();
        using var app = StandaloneServer.Create(
            urls,
            options =>
            {
                foreach (var (name, path) in models)
                    options.Models.Add(name, path);
                foreach (var key in keys)
                    options.ApiKeys.Add(key);
                options.MaxBatch = session.Get(MaxBatch);
                options.MaxWait = TimeSpan.FromMilliseconds(session.Get(MaxWait));
                options.MaxBodyBytes = (long)session.Get(MaxBody) << 20;
                options.MaxRows = session.Get(MaxRows);
                options.MaxConcurrent = session.Get(MaxConcurrent);
                options.MaxWaiting = session.Get(MaxWaiting);
                options.RequestsPerSecond = session.Get(Rate);
                options.Timeout = TimeSpan.FromSeconds(session.Get(TimeLimit));
                options.ReloadEvery = session.Get(Reload) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan;
                options.DrainFor = TimeSpan.FromSeconds(session.Get(Drain));
            },
            certificate,
            session.Get(JsonLog),
            session.Get(LogRequests),
            session.Get(GrpcUrls),
            builder => ServeTelemetry.AddTo(builder, ServeTelemetry.Variables()),
            ServeTelemetry.Map
        );
        ServeAsync(app, session).GetAwaiter().GetResult();
    }

    private static async Task ServeAsync(WebApplication app, Session session)
    {
        try
        {
            await app.StartAsync(session.CancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new InvalidInputException($"--url: {e.Message.TrimEnd('.')}; give an address of this machine that is free.", e);
        }
        // Those of gRPC are behind the others.
        string[] all = [.. StandaloneServer.Addresses(app)],
            addresses = all[..^session.Get(GrpcUrls).Length];
        session.Result(
            addresses.Select(address => $"listening on {address}; {address}/docs describes the models and tries them, Ctrl-C ends"),
            KeyValuePair.Create("urls", (object?)addresses)
        );
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = session.CancellationToken.Register(stopped.SetResult);
        await stopped.Task;
        await app.StopAsync(CancellationToken.None);
    }

    private static (string Name, string Path) Named(string word)
    {
        var at = word.IndexOf('=');
        if (at > 0)
            return (word[..at], word[(at + 1)..]);
        // Of a run the folder's name says more than that of the file, model.isthmus.
        var path = Path.GetFullPath(word);
        var named =
            Path.GetFileName(path) == Path.GetFileName(new RunFolder("").Model) ? Path.GetDirectoryName(path)! : Path.TrimEndingDirectorySeparator(path);
        return (Path.GetFileNameWithoutExtension(named), word);
    }

    private static bool IsHttps(string url) => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    private static void Check(Session session, string url, string option)
    {
        if (!StandaloneServer.IsAddress(url))
            throw new InvalidInputException($"{option} {url}: expected an address such as {Local} or https://0.0.0.0:8443.");
        if (!StandaloneServer.IsLoopback(url) && session.Get(KeyFile) is null && !session.Get(Insecure))
            throw new InvalidInputException(
                $"{option} {url} can be reached from other machines, and every request would be answered; give --api-key-file, or --insecure to allow that."
            );
        if (IsHttps(url) && session.Get(Certificate) is null)
            throw new InvalidInputException($"{option} {url}: an https address needs a certificate; give --certificate.");
    }
}
