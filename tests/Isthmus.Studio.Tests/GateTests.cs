using System.Net;

namespace Isthmus.Studio.Tests;

/// <summary>Who gets in: nobody without the key, from another page, or by a foreign name.</summary>
[Collection(nameof(RunningStudio))]
public sealed class GateTests(RunningStudio studio)
{
    private Uri Root => new(new Uri(studio.Server.Address), "/");

    [Theory]
    [InlineData("/")]
    [InlineData("/assets/studio.css")]
    [InlineData("/report/runs/first")]
    [InlineData("/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("/open/" + "0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Nothing_is_answered_without_the_key(string path)
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri(Root, path))).StatusCode);
    }

    [Fact]
    public async Task The_key_opens_and_then_the_cookie_does()
    {
        using var client = Signed();
        var answer = await client.GetAsync(Root);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_foreign_name_of_this_address_is_refused()
    {
        using var client = Signed();
        using var request = new HttpRequestMessage(HttpMethod.Get, Root) { Headers = { Host = $"example.org:{Root.Port}" } };
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await client.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("http://example.org", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Forbidden)]
    [InlineData("own", HttpStatusCode.OK)]
    public async Task Only_its_own_pages_may_connect(string? origin, HttpStatusCode expected)
    {
        using var client = Signed();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Root, "/_blazor/negotiate?negotiateVersion=1"));
        if (origin is not null)
            request.Headers.Add("Origin", origin == "own" ? Root.ToString().TrimEnd('/') : origin);
        Assert.Equal(expected, (await client.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("/report/..%2f..%2f..%2fetc")]
    [InlineData("/report/%2e%2e/%2e%2e/etc")]
    [InlineData("/report/runs/none")]
    public async Task No_report_comes_from_outside(string path)
    {
        using var client = Signed();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(Root, path))).StatusCode);
    }

    [Fact]
    public async Task A_report_is_shown_without_a_way_to_the_studio()
    {
        using var client = Signed();
        var answer = await client.GetAsync(new Uri(Root, "/report/runs/first"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_page_weighs_less_than_300_kB()
    {
        using var client = Signed();
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br");
        var page = await client.GetStringAsync(Root);
        var bytes = page.Length;
        foreach (System.Text.RegularExpressions.Match asset in System.Text.RegularExpressions.Regex.Matches(page, "(?:src|href)=\"(assets/[^\"]+)\""))
            bytes += (await client.GetByteArrayAsync(new Uri(Root, asset.Groups[1].Value))).Length;
        TestContext.Current.SendDiagnosticMessage($"the first page weighs {bytes / 1000} kB");
        Assert.InRange(bytes, 50_000, 300_000);
    }

    private HttpClient Signed()
    {
        var client = new HttpClient(new HttpClientHandler { CookieContainer = new(), AutomaticDecompression = DecompressionMethods.None });
        Assert.Equal(HttpStatusCode.OK, client.GetAsync(studio.Server.Address).Result.StatusCode);
        return client;
    }
}
