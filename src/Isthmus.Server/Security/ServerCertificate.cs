using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Isthmus.Server.Security;

/// <summary>Certificate of the https addresses.</summary>
internal static class ServerCertificate
{
    /// <summary>Environment variable with the password of the file, the one that ASP.NET Core reads; the list of processes shows no variables.</summary>
    public const string PasswordVariable = "ASPNETCORE_Kestrel__Certificates__Default__Password";

    /// <summary>Reads a certificate once, so that a wrong one is told before anything listens, and returns Kestrel's settings for it.</summary>
    /// <param name="path">File of the certificate, .pem (with those of its issuers behind it, if any) or .pfx; null for none.</param>
    /// <param name="key">File of its private key, .pem; null if the certificate's file has it.</param>
    /// <exception cref="InvalidInputException">A file cannot be read, or the key is not that of the certificate.</exception>
    public static IReadOnlyList<KeyValuePair<string, string?>> Settings(string? path, string? key)
    {
        if (path is null)
            return key is null ? [] : throw new InvalidInputException("The private key", "stands without a certificate", "give the certificate too");
        var password = Environment.GetEnvironmentVariable(PasswordVariable);
        try
        {
            using var certificate = Read(path, key, password);
            if (!certificate.HasPrivateKey)
                throw new InvalidInputException(path, "has no private key", "give the file of its key too");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                path,
                $"{(key is null ? "" : $"with the key {key} ")}cannot be used as a certificate ({e.Message.TrimEnd('.')})",
                $"give a .pem file and its key, or a .pfx file and its password in {PasswordVariable}",
                cause: e
            );
        }
        // Kestrel takes other paths from the folder of the program.
        return
        [
            new("Kestrel:Certificates:Default:Path", Path.GetFullPath(path)),
            new("Kestrel:Certificates:Default:KeyPath", key is null ? null : Path.GetFullPath(key)),
            new("Kestrel:Certificates:Default:Password", password),
        ];
    }

    private static X509Certificate2 Read(string path, string? key, string? password) =>
        key is null && X509Certificate2.GetCertContentType(path) == X509ContentType.Pkcs12 ? X509CertificateLoader.LoadPkcs12FromFile(path, password)
        : password is null ? X509Certificate2.CreateFromPemFile(path, key)
        : X509Certificate2.CreateFromEncryptedPemFile(path, password, key);
}
