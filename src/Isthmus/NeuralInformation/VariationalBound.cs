using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.NeuralInformation;

/// <summary>
/// A lower bound on I(X;Y) as a function of a critic's scores f(x_i, y_j), a B x B matrix whose diagonal holds the pairs that
/// occurred and whose other entries stand for independent ones. Nats.
/// </summary>
public abstract class VariationalBound
{
    private protected VariationalBound(string name) => Name = name;

    /// <summary>Name on the command line.</summary>
    public string Name { get; }

    /// <summary>The bounds by name; a bound that keeps running averages is created anew for each fit.</summary>
    internal static IReadOnlyDictionary<string, Func<VariationalBound>> All { get; } =
        new Dictionary<string, Func<VariationalBound>>(StringComparer.Ordinal)
        {
            ["infonce"] = () => new InfoNce(),
            ["dv"] = () => new DonskerVaradhan(),
            ["mine"] = () => new Mine(),
            ["nwj"] = () => new Nwj(),
            ["smile"] = () => new Smile(),
        };

    /// <summary>Returns the loss that training minimises.</summary>
    internal virtual Tensor Loss(Tensor scores) => -Terms(scores).mean();

    /// <summary>Returns B terms, one a pair that occurred; their mean is the bound, their spread its error (to first order, for a ratio).</summary>
    internal abstract Tensor Terms(Tensor scores);

    /// <summary>Returns ln of the mean of e^f over pairs that did not occur, by row and by column: B each.</summary>
    private protected static (Tensor Rows, Tensor Columns) LogMeanOfOthers(Tensor scores)
    {
        var rows = scores.shape[0];
        var others = scores.MaskedFill(eye(rows, dtype: ScalarType.Bool, device: scores.device), float.NegativeInfinity);
        return (others.logsumexp(1).Minus(Math.Log(rows - 1)), others.logsumexp(0).Minus(Math.Log(rows - 1)));
    }
}

/// <summary>
/// InfoNCE (van den Oord, Li and Vinyals 2018), the mean of both directions: E[f(x,y)] - E[ln mean_j e^f(x,y_j)], the pair itself
/// among the j. Never above ln B in the mean; the least spread of all.
/// </summary>
internal sealed class InfoNce() : VariationalBound("infonce")
{
    internal override Tensor Terms(Tensor scores) =>
        (scores.diagonal() - scores.logsumexp(1).Plus(scores.logsumexp(0)).Over(2)).Plus(Math.Log(scores.shape[0]));
}

/// <summary>Donsker and Varadhan (1983): E[f] - ln E_independent[e^f]. Its spread grows as e^I, and a finite sample's value may be above the truth.</summary>
internal class DonskerVaradhan(string name = "dv") : VariationalBound(name)
{
    internal override Tensor Loss(Tensor scores) => LogNormaliser(LogMeanOfOthers(scores)) - scores.diagonal().mean();

    internal override Tensor Terms(Tensor scores) => Terms(scores.diagonal(), scores);

    /// <summary>Returns ln Z to first order about its mean, so that terms vary as the ratio does: f_i - ln Z - (Z_i / Z - 1).</summary>
    private protected static Tensor Terms(Tensor joint, Tensor partition)
    {
        var others = LogMeanOfOthers(partition);
        var normaliser = LogNormaliser(others);
        return (joint - normaliser - (others.Rows - normaliser).exp().Plus((others.Columns - normaliser).exp()).Over(2)).Plus(1);
    }

    private protected static Tensor LogNormaliser((Tensor Rows, Tensor Columns) others) => others.Rows.logsumexp(0).Minus(Math.Log(others.Rows.shape[0]));
}

/// <summary>
/// MINE (Belghazi et al. 2018): Donsker-Varadhan whose gradient is that of E[f] - E_independent[e^f] / Z with Z a running mean, so
/// that it is not biased by the few pairs of a batch.
/// </summary>
internal sealed class Mine() : DonskerVaradhan("mine")
{
    private const double Decay = 0.99;
    private double _logNormaliser = double.NaN;

    internal override Tensor Loss(Tensor scores)
    {
        var batch = LogNormaliser(LogMeanOfOthers(scores));
        var now = batch.item<float>();
        // ln(decay Z + (1 - decay) Z_batch), where neither is too large for an exponential.
        _logNormaliser = double.IsNaN(_logNormaliser)
            ? now
            : Math.Max(now, _logNormaliser)
                + Math.Log(Decay * Math.Exp(_logNormaliser - Math.Max(now, _logNormaliser)) + (1 - Decay) * Math.Exp(now - Math.Max(now, _logNormaliser)));
        return batch.Minus(_logNormaliser).exp() - scores.diagonal().mean();
    }
}

/// <summary>Nguyen, Wainwright and Jordan (2010): 1 + E[f] - E_independent[e^f]. An unbiased lower bound; its spread grows as e^I.</summary>
internal sealed class Nwj() : VariationalBound("nwj")
{
    internal override Tensor Terms(Tensor scores)
    {
        var (rows, columns) = LogMeanOfOthers(scores);
        return scores.diagonal().Plus(1) - rows.exp().Plus(columns.exp()).Over(2);
    }
}

/// <summary>
/// SMILE (Song and Ermon 2020): trained by the Jensen-Shannon objective, reported by Donsker-Varadhan with e^f cut to
/// [e^-5, e^5] in the normaliser: less spread, but a cut of e^f &gt; e^5 can put it above the truth.
/// </summary>
internal sealed class Smile() : DonskerVaradhan("smile")
{
    private const double Cut = 5;

    internal override Tensor Loss(Tensor scores)
    {
        var rows = scores.shape[0];
        var joint = (-scores.diagonal()).Softplus();
        var all = scores.Softplus();
        return joint.mean().Plus((all.sum() - all.diagonal().sum()).Over(rows * (rows - 1)));
    }

    internal override Tensor Terms(Tensor scores) => Terms(scores.diagonal(), scores.Clamp(-Cut, Cut));
}
