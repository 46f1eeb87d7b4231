using Isthmus.Onnx.Emitters;
using Isthmus.Onnx.Tables;

namespace Isthmus.Onnx;

/// <summary>Modules of Isthmus that have a form in ONNX: registered before the first model is written.</summary>
internal static class RegisteredEmitters
{
    private static readonly Lazy<bool> All = new(() =>
    {
        LayerEmitters.Register();
        NetworkEmitters.Register();
        BottleneckEmitters.Register();
        PosteriorEmitters.Register();
        LikelihoodEmitters.Register();
        RowEmitters.Register();
        return true;
    });

    /// <summary>Registers them, once.</summary>
    public static void Ensure() => _ = All.Value;
}
