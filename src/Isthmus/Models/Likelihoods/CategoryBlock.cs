using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>Columns of K categories: p = (1 - w) softmax(l)_x + w / K. A cell is its category's index.</summary>
internal sealed class CategoryBlock(long[] columns, int levels, double anything) : ColumnBlock(columns, levels)
{
    public override Tensor LogProbability(Tensor x, Tensor parameters, Tensor? freedom)
    {
        var logs = parameters.log_softmax(-1);
        // Not gathered: rows and draws of the code need not have as many leading axes.
        var chosen = (nn.functional.one_hot(x.to(ScalarType.Int64), ParametersPerColumn) * logs).sum(-1);
        return Mixed(chosen, chosen.FullLike(-Math.Log(ParametersPerColumn)), anything);
    }

    public override Tensor Mean(Tensor parameters, Tensor? chosen = null) => parameters.argmax(-1).to(parameters.dtype);

    public override Tensor Sample(Tensor parameters, Tensor? freedom, Tensor? chosen = null) => Choose(parameters).to(parameters.dtype);
}

/// <summary>
/// Columns of two categories, Bernoulli: the decoder gives the log odds of the second. A cell of neither has the third index, and a third of w.
/// </summary>
internal sealed class TwoLevelBlock(long[] columns, double anything) : ColumnBlock(columns, 1)
{
    public override Tensor LogProbability(Tensor x, Tensor parameters, Tensor? freedom)
    {
        var odds = parameters.squeeze(-1);
        // x = 0: ln sigmoid(-l), x = 1: ln sigmoid(l).
        var log = -(odds * x.ClampMax(1).Times(2).From(1)).Softplus();
        var third = log.FullLike(-Math.Log(3));
        return where(x.AtLeast(2), third.Plus(Math.Log(anything)), Mixed(log, third, anything));
    }

    public override Tensor Mean(Tensor parameters, Tensor? chosen = null) => parameters.squeeze(-1).Above(0).to(parameters.dtype);

    public override Tensor Sample(Tensor parameters, Tensor? freedom, Tensor? chosen = null) =>
        parameters.UniformLike().lt(parameters.sigmoid()).to(parameters.dtype).squeeze(-1);
}
