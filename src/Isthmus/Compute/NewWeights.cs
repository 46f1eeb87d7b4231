using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// Device of the weights of a model under construction: the default, or none if only their names and shapes are wanted. For the building thread alone: torch's
/// own default device is the whole process's, and would affect everything that runs at the same time.
/// </summary>
internal static class NewWeights
{
    [ThreadStatic]
    private static Device? _device;

    /// <summary>Device of new weights; null for the default.</summary>
    public static Device? Device => _device;

    /// <summary>Calls <paramref name="build"/> and returns its result, with weights that have no memory.</summary>
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
