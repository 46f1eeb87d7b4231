using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Tests.Compute;

public sealed class FlatParametersTests
{
    static FlatParametersTests() => TensorLibrary.EnsureLoaded();

    /// <summary>A model with a parameter of every kind: matrices, biases, convolutions, a learned variance; and buffers.</summary>
    private static Autoencoder Model() =>
        ModelSpecification
            .Resolve(
                "sparse",
                new ImageSchema(9, 8, 1, 256),
                new Dictionary<string, string>
                {
                    ["net"] = "conv",
                    ["latent"] = "6",
                    ["k"] = "2",
                    ["channels"] = "3",
                    ["dense"] = "5",
                    ["variance"] = "learned",
                },
                []
            )
            .Build(seed: 1);

    private static List<TorchSharp.Modules.Parameter> WeightsFirst(Autoencoder model) =>
        [.. model.parameters().Where(parameter => parameter.dim() >= 2), .. model.parameters().Where(parameter => parameter.dim() < 2)];

    [Fact]
    public void Parameters_are_views_of_one_tensor_with_the_values_they_had()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var before = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.Numbers());
        var order = WeightsFirst(model);
        using var flat = new FlatParameters(model);
        Assert.Equal(order.SelectMany(parameter => parameter.Numbers()), flat.Values.Numbers());
        Assert.Equal(order.TakeWhile(parameter => parameter.dim() >= 2).Sum(parameter => parameter.numel()), flat.WeightCount);
        foreach (var (name, parameter) in model.named_parameters())
            Assert.Equal(before[name], parameter.Numbers());
        using (no_grad())
            flat.Values.fill_(0.25);
        Assert.All(model.parameters(), parameter => Assert.All(parameter.Numbers(), number => Assert.Equal(0.25, number)));
        Assert.Equal(
            ["bottleneck.standardise.num_batches_tracked", "bottleneck.standardise.running_mean", "bottleneck.standardise.running_var"],
            flat.Buffers.Keys.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Backward_adds_to_the_flat_gradients_and_zeroing_them_zeroes_the_parameters()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        manual_seed(2);
        var x = rand(4, 72);
        // What autograd gives without the flat store, for the same weights.
        model.Loss(x, 0).Loss.backward();
        double[] expected = [.. WeightsFirst(model).SelectMany(parameter => parameter.grad!.Numbers())];
        foreach (var parameter in model.parameters())
            parameter.grad = null;

        using var flat = new FlatParameters(model);
        model.Loss(x, 0).Loss.backward();
        Assert.Equal(expected, flat.Gradients.Numbers());
        Assert.Contains(expected, gradient => gradient != 0);
        model.Loss(x, 0).Loss.backward();
        Assert.Equal(expected.Select(gradient => 2 * gradient), flat.Gradients.Numbers());
        flat.Gradients.zero_();
        Assert.All(model.parameters(), parameter => Assert.All(parameter.grad!.Numbers(), gradient => Assert.Equal(0, gradient)));
        model.Loss(x, 0).Loss.backward();
        Assert.Equal(expected, flat.Gradients.Numbers());
    }

    [Fact]
    public void A_change_of_the_flat_values_changes_the_output()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        model.eval();
        using var flat = new FlatParameters(model);
        manual_seed(3);
        var x = rand(4, 72);
        using var noGradient = no_grad();
        var (before, lossBefore) = (model.Reconstruct(x).Numbers(), model.Loss(x, 0).Loss.Number());
        var kept = flat.Values.clone();
        flat.Values.add_(0.1);
        Assert.NotEqual(before, model.Reconstruct(x).Numbers());
        Assert.NotEqual(lossBefore, model.Loss(x, 0).Loss.Number());
        flat.Values.copy_(kept);
        Assert.Equal(before, model.Reconstruct(x).Numbers());
        Assert.Equal(lossBefore, model.Loss(x, 0).Loss.Number());
    }
}
