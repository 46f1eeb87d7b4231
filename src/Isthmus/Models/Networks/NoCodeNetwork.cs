using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>No network at all: the code is one number that is always 0, and the likelihood tells a record by itself.</summary>
public static class NoCodeNetwork
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new(
        "no-code",
        "none: the code is always 0, and the likelihood tells a record by itself",
        [],
        _ => context => new(new Zeros(context.HeadWidth), new Zeros(context.ParameterWidth))
    )
    {
        CodeLength = (_, _) => 1,
    };

    /// <summary>Returns true if an encoder makes no code.</summary>
    internal static bool IsOne(nn.Module<Tensor, Tensor> encoder) => encoder is Zeros;

    /// <summary>Map of rows to so many zeros.</summary>
    private sealed class Zeros(int width) : nn.Module<Tensor, Tensor>("zeros")
    {
        public override Tensor forward(Tensor x) => zeros([x.shape[0], width], float32, x.device);
    }
}
