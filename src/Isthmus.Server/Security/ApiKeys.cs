using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Security;

/// <summary>
/// Keys, of which a request carries one as <c>Authorization: Bearer KEY</c> or <c>X-Api-Key: KEY</c>. Only their hashes are kept, and each comparison takes the
/// same time, whatever it finds.
/// </summary>
internal sealed class ApiKeys
{
    private const int LeastLength = 16;
    private const string Bearer = "Bearer ";

    private readonly byte[][] _hashes;

    /// <summary>Takes keys.</summary>
    /// <param name="keys">The keys; none to let every request in.</param>
    /// <exception cref="InvalidInputException">A key of fewer than 16 characters, or of others than visible ones of ASCII.</exception>
    public ApiKeys(IEnumerable<string> keys) => _hashes = [.. keys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(Checked(key))))];

    /// <summary>True if requests must carry a key.</summary>
    public bool AreDemanded => _hashes.Length > 0;

    /// <summary>Reads keys from a file, one a line; empty lines and those that begin with # are left out.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read, has no key, or one that is too short.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        string[] keys;
        try
        {
            keys = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, "cannot be read", "give a file with a key a line", cause: e);
        }
        if (keys.Length == 0)
            throw new InvalidInputException(path, "has no key", "write one a line, such as 32 random letters and digits");
        try
        {
            _ = new ApiKeys(keys);
        }
        catch (InvalidInputException e)
        {
            throw e.In(path);
        }
        return keys;
    }

    /// <summary>Index of the key that a request carries, for its share of the requests; -1 if it carries none that is known.</summary>
    public int Find(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        var given = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : request.Headers["X-Api-Key"].ToString();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(given));
        var found = -1;
        // All of them, so that the time does not say which.
        for (var i = 0; i < _hashes.Length; i++)
            found = CryptographicOperations.FixedTimeEquals(hash, _hashes[i]) ? i : found;
        return found;
    }

    private static string Checked(string key) =>
        key.Length >= LeastLength && key.All(c => c is > ' ' and <= '~')
            ? key
            : throw new InvalidInputException(
                "A key",
                $"has {key.Length} characters, or such as no header carries",
                $"give at least {LeastLength} visible ones of ASCII"
            );
}
