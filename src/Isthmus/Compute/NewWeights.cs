using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// Where the weights of a model that is being built lie: with the caller's other tensors, or nowhere, when only their names and shapes are wanted.
/// Of the building thread alone: torch's own default device is the whole process's, and would take the memory from under all that runs beside.
/// </summary>
internal static class NewWeights
{
    [ThreadStatic]
    private static Device? _device;

    /// <summary>What new weights are made on; null for the default.</summary>
    public static Device? Device => _device;

    /// <summary>What <paramref name="build"/> builds, its weights without memory.</summary>
    public static T WithoutMemory<T>(Func<T> build)
    {
        var usual = _device;
        _device = META;
        try
        {
            return build();
        }
        finally
        {
            _device = usual;
        }
    }
}
