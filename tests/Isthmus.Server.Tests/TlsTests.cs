using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Isthmus.Server.Hosting;
using Isthmus.Server.Security;
using Microsoft.AspNetCore.Builder;

namespace Isthmus.Server.Tests;

/// <summary>https by a certificate of one's own: what is answered, over which protocol, and which files are refused.</summary>
public sealed class TlsTests(TrainedModels models) : IClassFixture<TrainedModels>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string File(string name) => Path.Combine(_folder, name);

    private X509Certificate2 Make()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        System.IO.File.WriteAllText(File("certificate.pem"), made.ExportCertificatePem());
        System.IO.File.WriteAllText(File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        System.IO.File.WriteAllBytes(File("both.pfx"), made.Export(X509ContentType.Pfx));
        return made;
    }

    private async Task<(WebApplication App, SocketsHttpHandler Handler)> StartAsync(string path, string? key, X509Certificate2 expected)
    {
        var app = StandaloneServer.Create(
            ["https://127.0.0.1:0"],
            options => options.Models["customers"] = models.Customers,
            ServerCertificate.Settings(path, key),
            jsonLog: true
        );
        await app.StartAsync();
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, found, _, _) =>
            found is X509Certificate2 { Thumbprint: var print } && print == expected.Thumbprint;
        return (app, handler);
    }

    [Theory]
    [InlineData("certificate.pem", "key.pem")]
    [InlineData("both.pfx", null)]
    public async Task One_address_answers_http_1_and_2_and_grpc(string path, string? key)
    {
        using var certificate = Make();
        var (app, handler) = await StartAsync(File(path), key is null ? null : File(key), certificate);
        await using var stop = app;
        var address = StandaloneServer.Addresses(app).Single();
        using var client = new HttpClient(handler) { BaseAddress = new(address) };
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/models") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var answer = await client.SendAsync(request);
            Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version));
        }
        using var channel = GrpcChannel.ForAddress(address, new() { HttpClient = client });
        var method = new Method<byte[], byte[]>(
            MethodType.Unary,
            "inference.GRPCInferenceService",
            "ServerReady",
            Marshallers.Create<byte[]>(sent => sent, bytes => bytes),
            Marshallers.Create<byte[]>(sent => sent, bytes => bytes)
        );
        var ready = await channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, []);
        // Field 1, true.
        Assert.Equal([8, 1], ready);
        // Without TLS nothing is said.
        using var plain = await RawConnection.OpenAsync(new Uri(address).Port);
        await plain.SendAsync("GET /models HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.DoesNotContain("200", await plain.ToEndAsync());
    }

    [Fact]
    public void Files_that_are_no_certificate_are_refused_in_a_line()
    {
        using var certificate = Make();
        System.IO.File.WriteAllText(File("garbage.pem"), "garbage");
        using var other = RSA.Create(2048);
        System.IO.File.WriteAllText(File("other.pem"), other.ExportPkcs8PrivateKeyPem());
        string Refused(string path, string? key) =>
            Assert.Throws<InvalidInputException>(() => ServerCertificate.Settings(File(path), key is null ? null : File(key))).Message;
        foreach (var (path, key) in new[] { ("absent.pem", "key.pem"), ("garbage.pem", "key.pem"), ("garbage.pem", null), ("certificate.pem", "absent.pem") })
            Assert.Contains(path, Refused(path, key));
        Assert.Contains("key", Refused("certificate.pem", null));
        Assert.Contains("other.pem", Refused("certificate.pem", "other.pem"));
        Assert.Contains("certificate", Assert.Throws<InvalidInputException>(() => ServerCertificate.Settings(null, File("key.pem"))).Message);
    }

    [Fact]
    public void Paths_are_those_of_the_caller()
    {
        using var certificate = Make();
        var settings = ServerCertificate.Settings(Path.GetRelativePath(Environment.CurrentDirectory, File("both.pfx")), null).ToDictionary();
        Assert.Equal(File("both.pfx"), settings["Kestrel:Certificates:Default:Path"]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
