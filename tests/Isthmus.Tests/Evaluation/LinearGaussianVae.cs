using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Evaluation;

/// <summary>
/// A VAE of which all is known: z ~ N(0, I), x|z ~ N(W z + b, s^2 I) give x ~ N(b, W W' + s^2 I), and q(z|x) = N(M (x - b), S) give
/// z ~ N(0, C), C = M (W W' + s^2 I) M' + S, so that I(X;Z) = ln(|C| / |S|) / 2.
/// </summary>
internal static class LinearGaussianVae
{
    static LinearGaussianVae() => TensorLibrary.EnsureLoaded();

    private const int D = 5,
        L = 2;
    private const double Sigma = 0.6;

    public static readonly VectorSchema Schema = new(["a", "b", "c", "d", "e"]);

    public static Autoencoder Create()
    {
        var settings = Tiny.Settings(FormattableString.Invariant($"latent={L} hidden= likelihood=gaussian variance=fixed sigma={Sigma}"));
        var model = ModelSpecification.Resolve("vae", Schema, settings, TrainingSettings.All).Build(seed: 5);
        model.eval();
        GiveApproximatePosterior(model);
        return model;
    }

    /// <summary>
    /// q(z|x): the exact posterior's mean M (x - b) with M = (W'W + s^2 I)^-1 W', and 1.5 times the diagonal of its
    /// covariance s^2 (W'W + s^2 I)^-1. Wider than the truth, so that weights are bounded, and not the truth, so that they vary.
    /// </summary>
    private static void GiveApproximatePosterior(Autoencoder model)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var state = model.state_dict();
        var (weight, bias) = (state["decoder.output.weight"], state["decoder.output.bias"]);
        var inverse = linalg.inv(weight.t().matmul(weight) + Sigma * Sigma * eye(L));
        var toMean = inverse.matmul(weight.t());
        state["encoder.output.weight"].copy_(cat([toMean, zeros(L, D)], 0));
        state["encoder.output.bias"].copy_(cat([-toMean.matmul(bias), (1.5 * Sigma * Sigma * inverse.diagonal()).log()], 0));
    }

    public static Dataset Draw(Autoencoder model, int count)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(77);
        var x = model.Likelihood.Sample(model.Decode(randn(count, L)));
        return Dataset.Vectors("drawn", Schema, [.. x.data<float>()]);
    }

    public static float[] Record(Dataset data, int index)
    {
        var record = new float[D];
        data.CopyValues([index], record);
        return record;
    }

    public static double NegativeLogLikelihood(Autoencoder model, float[] record)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var weight = model.state_dict()["decoder.output.weight"].to(ScalarType.Float64);
        var bias = model.state_dict()["decoder.output.bias"].to(ScalarType.Float64);
        var covariance = weight.matmul(weight.t()) + Sigma * Sigma * eye(D, dtype: ScalarType.Float64);
        var residual = (tensor(record, dtype: ScalarType.Float64) - bias).unsqueeze(1);
        var quadratic = residual.t().matmul(linalg.inv(covariance)).matmul(residual).item<double>();
        return 0.5 * (quadratic + linalg.slogdet(covariance).Item2.item<double>() + D * Math.Log(2 * Math.PI));
    }

    /// <summary>I(X;Z), the total correlation of z and KL(q(z) || p(z)), nats, for x drawn from the model.</summary>
    public static (double Information, double Correlation, double Divergence) Truth(Autoencoder model)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor State(string name) => model.state_dict()[name].to(ScalarType.Float64);
        var weight = State("decoder.output.weight");
        var toMean = State("encoder.output.weight").narrow(0, 0, L);
        var variances = State("encoder.output.bias").narrow(0, L, L).exp();
        var covariance = toMean.matmul(weight.matmul(weight.t()) + Sigma * Sigma * eye(D, dtype: ScalarType.Float64)).matmul(toMean.t()) + variances.diag();
        var logDeterminant = linalg.slogdet(covariance).Item2.item<double>();
        var diagonal = covariance.diagonal();
        return (
            0.5 * (logDeterminant - variances.log().sum().item<double>()),
            0.5 * (diagonal.log().sum().item<double>() - logDeterminant),
            0.5 * (diagonal.sum().item<double>() - L - logDeterminant)
        );
    }
}
