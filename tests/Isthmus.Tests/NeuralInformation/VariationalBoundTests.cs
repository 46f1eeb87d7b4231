using Isthmus.NeuralInformation;
using static TorchSharp.torch;

namespace Isthmus.Tests.NeuralInformation;

public sealed class VariationalBoundTests
{
    private const int Rows = 1500;
    private const double Correlation = 0.6;

    static VariationalBoundTests() => Isthmus.Compute.TensorLibrary.EnsureLoaded();

    /// <summary>ln p(x, y) / p(x) p(y) of every pair of two correlated normals: the critic that makes each bound tight.</summary>
    private static Tensor ExactScores()
    {
        manual_seed(1);
        var x = randn(Rows, 1);
        var y = Correlation * x + Math.Sqrt(1 - Correlation * Correlation) * randn(Rows, 1);
        var rest = 1 - Correlation * Correlation;
        return (Correlation * x * y.t() - Correlation * Correlation * (x.square() + y.square().t()) / 2) / rest - Math.Log(rest) / 2;
    }

    [Theory]
    [InlineData("infonce")]
    [InlineData("dv")]
    [InlineData("mine")]
    [InlineData("nwj")]
    [InlineData("smile")]
    public void With_the_true_log_ratio_every_bound_is_the_mutual_information(string bound)
    {
        using var scope = NewDisposeScope();
        var terms = VariationalBound.All[bound]().Terms(ExactScores()).Numbers();
        var truth = -Math.Log(1 - Correlation * Correlation) / 2;
        var (mean, error) = (terms.Average(), Math.Sqrt(terms.Average(t => t * t) - terms.Average() * terms.Average()) / Math.Sqrt(Rows));
        // The scores are below e^5 here, so SMILE cuts nothing; the logarithm of a mean over Rows pairs is biased by less than 1 / Rows.
        Assert.InRange(mean, truth - 4 * error - 1.0 / Rows, truth + 4 * error + 1.0 / Rows);
    }

    [Theory]
    [InlineData("infonce")]
    [InlineData("dv")]
    [InlineData("mine")]
    [InlineData("nwj")]
    [InlineData("smile")]
    public void A_critic_that_knows_nothing_shows_nothing(string bound)
    {
        using var scope = NewDisposeScope();
        Assert.All(VariationalBound.All[bound]().Terms(zeros(50, 50)).Numbers(), term => Assert.Equal(0, term, 1e-5));
    }

    [Fact]
    public void InfoNce_never_exceeds_the_logarithm_of_the_rows_compared()
    {
        using var scope = NewDisposeScope();
        // A critic that knows every pair apart from all others: the ceiling itself.
        Assert.Equal(Math.Log(64), new InfoNce().Terms(1000 * eye(64)).mean().Number(), 1e-5);
        manual_seed(2);
        Assert.True(new InfoNce().Terms(100 * randn(64, 64)).mean().Number() <= Math.Log(64) + 1e-4);
    }

    [Fact]
    public void Donsker_Varadhan_does_not_see_a_constant_added_to_the_critic()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var scores = randn(40, 40);
        Assert.Equal(new DonskerVaradhan().Terms(scores).mean().Number(), new DonskerVaradhan().Terms(scores + 7).mean().Number(), 1e-4);
    }

    [Fact]
    public void The_gradient_of_Mine_on_its_first_batch_is_that_of_Donsker_Varadhan()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var scores = randn(30, 30);
        Assert.Equal(Gradient(new DonskerVaradhan(), scores), Gradient(new Mine(), scores), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    private static double[] Gradient(VariationalBound bound, Tensor scores)
    {
        var leaf = scores.clone().requires_grad_(true);
        bound.Loss(leaf).backward();
        return leaf.grad!.Numbers();
    }
}
