using Isthmus.Compute;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Flows;

/// <summary>
/// A fully connected network whose outputs for place i see only the inputs of places before i: MADE, the masked autoencoder for
/// distribution estimation (Germain et al. 2015). Each hidden unit has a degree m, 0 .. P - 1 in turn, and sees the places below
/// m; the outputs of place i see the units of degrees up to i. All conditionals of a record come from one pass.
/// </summary>
/// <remarks>The last layer begins at zero: what is built on it begins as if the places were independent.</remarks>
internal sealed class MaskedNetwork : nn.Module<Tensor, Tensor>
{
    private readonly long _places,
        _inputs,
        _outputs,
        _hidden;

    [ComponentName(Name = "input")]
    private readonly Linear _input;

    [ComponentName(Name = "middle")]
    private readonly Linear _middle;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    [ComponentName(Name = "context")]
    private readonly Linear? _context;

    /// <summary>Creates a network of two hidden layers.</summary>
    /// <param name="places">Number of places, P.</param>
    /// <param name="inputs">Input numbers of each place.</param>
    /// <param name="outputs">Output numbers of each place.</param>
    /// <param name="hidden">Units of a hidden layer.</param>
    /// <param name="context">Numbers besides that every output may see; 0 for none.</param>
    public MaskedNetwork(long places, long inputs, long outputs, long hidden, long context = 0)
        : base("masked")
    {
        (_places, _inputs, _outputs, _hidden) = (places, inputs, outputs, hidden);
        _input = SeededLayers.Linear(places * inputs, hidden);
        _middle = SeededLayers.Linear(hidden, hidden);
        _output = SeededLayers.Linear(hidden, places * outputs);
        _context = context > 0 ? SeededLayers.Linear(context, hidden, hasBias: false) : null;
        RegisterComponents();
        nn.init.zeros_(_output.weight);
        nn.init.zeros_(_output.bias!);
    }

    /// <summary>Maps ... x (P inputs) to ... x (P outputs), the numbers of a place side by side.</summary>
    public override Tensor forward(Tensor x) => Forward(x, null);

    /// <summary>Maps inputs together with a context, ... x context, that every output may see.</summary>
    public Tensor Forward(Tensor x, Tensor? context)
    {
        var seen = Seen(x.device);
        var first = Masked(_input, x, seen.Input);
        if (_context is not null)
            first = first.Plus(nn.functional.linear(context!, _context.weight!));
        var second = Masked(_middle, nn.functional.silu(first), seen.Middle);
        return Masked(_output, nn.functional.silu(second), seen.Output);
    }

    /// <summary>Map from the context to the first hidden layer; null if there is no context.</summary>
    internal Linear? FromContext => _context;

    /// <summary>Returns the same function of the inputs alone, as plain layers with weights of 0 for unseen places.</summary>
    internal Sequential Layers()
    {
        using var noGradient = no_grad();
        var seen = Seen(null);
        return nn.Sequential(
            ("input", Plain(_input, seen.Input)),
            ("activation1", nn.SiLU()),
            ("middle", Plain(_middle, seen.Middle)),
            ("activation2", nn.SiLU()),
            ("output", Plain(_output, seen.Output))
        );
    }

    /// <summary>Returns masks of the weights of each layer, outputs x inputs.</summary>
    private (Tensor Input, Tensor Middle, Tensor Output) Seen(Device? device)
    {
        var degrees = ScalarOperations.Range(_hidden, ScalarType.Int64, device).Remainder(_places);
        Tensor Places(long each) => ScalarOperations.Range(_places, ScalarType.Int64, device).repeat_interleave(each);
        return (degrees.unsqueeze(1).gt(Places(_inputs)), degrees.unsqueeze(1).ge(degrees), Places(_outputs).unsqueeze(1).ge(degrees));
    }

    private static Linear Plain(Linear layer, Tensor seen)
    {
        // Its initial weights are drawn, and overwritten.
        using var draws = RandomDraws.Seeded(0);
        var plain = SeededLayers.Linear(layer.weight!.shape[1], layer.weight.shape[0]);
        plain.weight!.copy_(layer.weight * seen.to(layer.weight.dtype));
        plain.bias!.copy_(layer.bias!);
        return plain;
    }

    private static Tensor Masked(Linear layer, Tensor x, Tensor seen) => nn.functional.linear(x, layer.weight! * seen.to(x.dtype), layer.bias);
}
