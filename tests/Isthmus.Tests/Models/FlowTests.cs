using Isthmus.Compute;
using Isthmus.Models.Flows;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>Masks and flows by what they promise: order, inverses, determinants.</summary>
public sealed class FlowTests
{
    static FlowTests() => TensorLibrary.EnsureLoaded();

    /// <summary>Weights that are not near zero, so that every path that is open shows.</summary>
    private static T Stirred<T>(T module)
        where T : nn.Module
    {
        manual_seed(1);
        using var noGradient = no_grad();
        foreach (var parameter in module.parameters())
            parameter.copy_(randn_like(parameter) / Math.Sqrt(Math.Max(1, parameter.shape[^1])));
        module.to(float64);
        return module;
    }

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(4, 1, 2)]
    [InlineData(3, 2, 5)]
    public void Outputs_of_a_place_see_the_places_before_it_and_no_others(int places, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        using var network = Stirred(new MaskedNetwork(places, inputs, outputs, hidden: 24, context: 3));
        var x = randn([1, places * inputs], float64).requires_grad_(true);
        var context = randn([1, 3], float64);
        var y = network.Forward(x, context);
        for (var place = 0; place < places; place++)
            for (var output = 0; output < outputs; output++)
            {
                var slope = autograd.grad([y[0, place * outputs + output]], [x], retain_graph: true)[0].view(places, inputs).abs().sum(1).Numbers();
                for (var other = 0; other < places; other++)
                    Assert.True(slope[other] > 0 == other < place, $"output {output} of place {place} sees place {other}: {slope[other]}");
            }
    }

    [Fact]
    public void Inverse_undoes_the_flow_and_its_determinant_is_that_of_the_derivative()
    {
        using var scope = NewDisposeScope();
        using var flow = Stirred(new AutoregressiveFlow(latent: 3, steps: 2, hidden: 16, context: 2));
        var (x, context) = (randn([1, 3], float64).requires_grad_(true), randn([1, 2], float64));
        var (y, logDeterminant) = flow.Forward(x, context);
        // A handful of products of numbers of order e^3 in float64.
        foreach (var (expected, actual) in x.Numbers().Zip(flow.Inverse(y, context).Numbers()))
            Assert.Equal(expected, actual, 1e-9);
        var rows = Enumerable.Range(0, 3).Select(unit => autograd.grad([y[0, unit]], [x], retain_graph: true)[0].squeeze(0)).ToArray();
        Assert.Equal(linalg.det(stack(rows)).abs().log().Number(), logDeterminant.Number(), 1e-9);
    }

    [Fact]
    public void A_new_flow_only_turns_its_units_round()
    {
        using var scope = NewDisposeScope();
        using var flow = new AutoregressiveFlow(latent: 3, steps: 1, hidden: 8);
        var x = randn(2, 3);
        var (y, logDeterminant) = flow.Forward(x);
        Assert.Equal(x.flip(-1).Numbers(), y.Numbers());
        Assert.All(logDeterminant.Numbers(), value => Assert.Equal(0, value));
    }
}
