using System.Diagnostics.CodeAnalysis;
using Isthmus.Onnx.Graphs;
using static TorchSharp.torch;

namespace Isthmus.Onnx.Emitters;

/// <summary>
/// Functions that write a module of a model as nodes of a graph, by the module's type: of a layer or network y = f(x); of a bottleneck the code where nothing
/// is drawn, from the encoder's output; of a family of posteriors likewise; of a likelihood the mean E[x|z] on the model's scale, from the decoder's output. A
/// part of another assembly registers its own. Safe to use from several threads.
/// </summary>
public static class OnnxEmitters
{
    private static readonly Lock Gate = new();
    private static Dictionary<Type, Func<nn.Module, OnnxValue, OnnxValue>> _emitters = [];

    /// <summary>Registers the function for modules of a type and of types that extend it; the latest registration for a type counts.</summary>
    /// <param name="emit">Adds the module's nodes to the graph of the value that comes in, and returns the value that goes out.</param>
    public static void Register<TModule>(Func<TModule, OnnxValue, OnnxValue> emit)
        where TModule : nn.Module
    {
        lock (Gate)
            _emitters = new(_emitters) { [typeof(TModule)] = (module, value) => emit((TModule)module, value) };
    }

    /// <summary>Registers the function for a module of Isthmus, unless a caller has registered another.</summary>
    internal static void Add<TModule>(Func<TModule, OnnxValue, OnnxValue> emit)
        where TModule : nn.Module
    {
        lock (Gate)
            if (!_emitters.ContainsKey(typeof(TModule)))
                Register(emit);
    }

    /// <summary>Writes a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="value">What comes in.</param>
    /// <returns>What goes out; its shape is known if that of what comes in is.</returns>
    /// <exception cref="NoOnnxFormException">The module, or one in it, has no form in ONNX.</exception>
    public static OnnxValue Emit(nn.Module module, OnnxValue value)
    {
        if (!TryFind(module, out var emit))
            throw new NoOnnxFormException(module.GetName());
        var made = emit(module, value);
        return module is nn.Module<Tensor, Tensor> map && made.Shape is null ? made with { Shape = ShapeAfter(map, value) } : made;
    }

    /// <summary>
    /// Returns the dimensions after the first of what a module gives, found with a record of zeros; null if those of what comes in are not known.
    /// </summary>
    internal static IReadOnlyList<long>? ShapeAfter(nn.Module<Tensor, Tensor> module, OnnxValue value)
    {
        if (value.Shape is null)
            return null;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return module.call(zeros([1, .. value.Shape], device: value.Graph.Device)).shape[1..];
    }

    private static bool TryFind(nn.Module module, [NotNullWhen(true)] out Func<nn.Module, OnnxValue, OnnxValue>? emit)
    {
        var emitters = _emitters;
        for (var type = module.GetType(); type is not null; type = type.BaseType)
            if (emitters.TryGetValue(type, out emit))
                return true;
        emit = null;
        return false;
    }
}

/// <summary>A module has no form in ONNX.</summary>
/// <param name="module">Name of the module.</param>
/// <param name="reason">Reason, to follow the name; null if no function for it is registered.</param>
public sealed class NoOnnxFormException(string module, string? reason = null) : Exception($"{module} {reason ?? "has no form in ONNX"}")
{
    /// <summary>Name of the module.</summary>
    public string Module { get; } = module;

    /// <summary>Reason, to follow the name.</summary>
    public string Reason { get; } = reason ?? "has no form in ONNX";
}
