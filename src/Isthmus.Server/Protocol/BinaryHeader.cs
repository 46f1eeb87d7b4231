namespace Isthmus.Server.Protocol;

/// <summary>The header of a request or response whose JSON has binary tensors behind it.</summary>
internal static class BinaryHeader
{
    /// <summary>Name; its value is the number of bytes of JSON.</summary>
    public const string Name = "Inference-Header-Content-Length";
}
