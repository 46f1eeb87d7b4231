using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.NeuralInformation;

/// <summary>Structure of a critic, which scores pairs.</summary>
public enum CriticKind
{
    /// <summary>f(x, y) = a(x)'b(y) + c(x) + d(y): one pass for each row, all pairs by one product.</summary>
    Separable,

    /// <summary>A network of x and y together: one pass for each pair. Slower, and more accurate if x and y interact.</summary>
    Joint,
}

/// <summary>A learned score of pairs. Almost 0 before training, so that training starts at the base's scores, and exactly 0 if its weights are.</summary>
internal abstract class Critic(string name) : nn.Module<Tensor, Tensor, Tensor>(name)
{
    /// <summary>Returns the largest number of rows whose pairs are all compared at once within some tens of megabytes.</summary>
    public static int LargestBlock(CriticKind kind) => kind == CriticKind.Separable ? 2048 : 512;

    public static Critic Create(CriticKind kind, long xWidth, long yWidth, int hidden) =>
        kind == CriticKind.Separable ? new SeparableCritic(xWidth, yWidth, hidden) : new JointCritic(xWidth, yWidth, hidden);

    private protected static MatrixProduct Zero(MatrixProduct layer)
    {
        using var noGradient = no_grad();
        foreach (var parameter in layer.parameters())
            parameter.zero_();
        return layer;
    }
}

internal sealed class SeparableCritic : Critic
{
    private const int Embedding = 32;
    private readonly Sequential x,
        y;

    public SeparableCritic(long xWidth, long yWidth, int hidden)
        : base("separable")
    {
        x = Layers(xWidth, hidden, MatrixProduct.Linear(hidden, Embedding + 1));
        y = Layers(yWidth, hidden, Zero(MatrixProduct.Linear(hidden, Embedding + 1)));
        RegisterComponents();
    }

    /// <summary>Scores all pairs of rows: Bx x (columns of x) and By x (columns of y) give Bx x By.</summary>
    public override Tensor forward(Tensor xs, Tensor ys)
    {
        var (a, b) = (x.call(xs), y.call(ys));
        return a.narrow(1, 0, Embedding).matmul(b.narrow(1, 0, Embedding).t()).Plus(a.narrow(1, Embedding, 1)).Plus(b.narrow(1, Embedding, 1).t());
    }

    private static Sequential Layers(long width, int hidden, MatrixProduct output) =>
        nn.Sequential(
            MatrixProduct.Linear(width, hidden),
            nn.GELU(),
            MatrixProduct.Linear(hidden, hidden),
            nn.GELU(),
            MatrixProduct.Linear(hidden, hidden),
            nn.GELU(),
            output
        );
}

internal sealed class JointCritic : Critic
{
    private readonly MatrixProduct x,
        y;
    private readonly Sequential pair;

    public JointCritic(long xWidth, long yWidth, int hidden)
        : base("joint")
    {
        // The first layer of a network of (x, y) is a sum of two, which need a pass for each row only.
        (x, y) = (MatrixProduct.Linear(xWidth, hidden), MatrixProduct.Linear(yWidth, hidden));
        pair = nn.Sequential(nn.GELU(), MatrixProduct.Linear(hidden, hidden), nn.GELU(), Zero(MatrixProduct.Linear(hidden, 1)));
        RegisterComponents();
    }

    /// <inheritdoc cref="SeparableCritic.forward"/>
    public override Tensor forward(Tensor xs, Tensor ys) => pair.call(x.call(xs).unsqueeze(1).Plus(y.call(ys).unsqueeze(0))).squeeze(2);
}
