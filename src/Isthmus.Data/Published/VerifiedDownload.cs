using System.Security.Cryptography;
using Isthmus.Data.Files;

namespace Isthmus.Data.Published;

/// <summary>Downloads a file whose length and SHA-256 are known. It is kept only if both are right.</summary>
internal static class VerifiedDownload
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Downloads <paramref name="file"/> from below <paramref name="publisher"/> into <paramref name="folder"/>.</summary>
    /// <exception cref="InvalidInputException">No connection, other content, or a folder that cannot be written to.</exception>
    public static void Fetch(Uri publisher, CatalogueFile file, string folder, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var address = new Uri(publisher, file.Name);
        using var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = Patience }) { Timeout = Patience };
        using var response = Network(address, folder, cancellationToken, _ =>
            client.Send(new(HttpMethod.Get, address), HttpCompletionOption.ResponseHeadersRead, cancellationToken).EnsureSuccessStatusCode()
        );
        AtomicFile.Write(Path.Combine(folder, file.Name), stream => Copy(response, address, stream, file, folder, progress, cancellationToken));
    }

    private static void Copy(
        HttpResponseMessage response,
        Uri address,
        Stream stream,
        CatalogueFile file,
        string folder,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var content = Network(address, folder, cancellationToken, _ => response.Content.ReadAsStream(cancellationToken));
        var buffer = new byte[1 << 16];
        long received = 0;
        int read;
        while ((read = Network(address, folder, cancellationToken, stop => content.ReadAsync(buffer, stop).AsTask().GetAwaiter().GetResult())) > 0)
        {
            received += read;
            if (received > file.Bytes)
                throw Differs($"is longer than {file.Bytes} bytes");
            sum.AppendData(buffer.AsSpan(0, read));
            stream.Write(buffer.AsSpan(0, read));
            progress?.Report(new(file.Name, received, file.Bytes));
        }
        var found = Convert.ToHexStringLower(sum.GetHashAndReset());
        if (received != file.Bytes || found != file.Sha256)
            throw Differs(received != file.Bytes ? $"ended after {received} of {file.Bytes} bytes" : $"has the SHA-256 {found}");

        InvalidInputException Differs(string how) =>
            new(
                $"What {address} sent",
                $"is not the published file: it {how}, the expected SHA-256 is {file.Sha256}. Nothing was kept",
                $"try again, or put the file into {folder} yourself"
            );
    }

    private static T Network<T>(Uri address, string folder, CancellationToken cancellationToken, Func<CancellationToken, T> request)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return request(patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var reason = e is OperationCanceledException ? $"no answer for {Patience.TotalSeconds} seconds." : e.Message;
            throw new InvalidInputException(
                $"{address}",
                $"cannot be downloaded: {reason}",
                $"put the file into {folder} yourself, or set ISTHMUS_DATA to a folder that has it",
                cause: e
            );
        }
    }
}
