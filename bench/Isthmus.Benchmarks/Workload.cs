using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Processes;
using Isthmus.Training;

namespace Isthmus.Benchmarks;

/// <summary>One model to train on both sides: the same architecture, loss and optimiser.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Meaning">In the table.</param>
/// <param name="Schema">What a record is.</param>
/// <param name="Settings">Of the Isthmus model.</param>
/// <param name="Plain">The same model in plain TorchSharp.</param>
/// <param name="Products">Multiplications of one record's forward pass, and those of the first layer, which has no input gradient.</param>
internal sealed record Workload(string Name, string Meaning, ImageSchema Schema, string Settings, Func<PlainVae> Plain, (double All, double First) Products)
{
    private const int Records = 4096;

    // What plain training does, and no more: Adam, a constant step, no decay, no average, the rate at full weight from the start.
    private const string AsPlain =
        "optimizer=adam weight-decay=0 average=0 schedule=constant learning-rate-warm-up=0 learning-rate=0.001 warm-up=0 epochs=1000000";

    public static IReadOnlyList<Workload> All { get; } =
    [Mlp("mlp", [400], 20), Mlp("wide", [1024, 1024], 64), Convolutional("conv28", 28, 1, [32, 64]), Convolutional("conv32", 32, 3, [32, 64, 128])];

    /// <summary>Floating-point operations of one training step: forward, gradient of weights, gradient of inputs.</summary>
    public double OperationsPerStep(int batch) => 2.0 * batch * (3 * Products.All - Products.First);

    /// <summary>Records of random pixels: the arithmetic does not depend on them.</summary>
    public Dataset Data()
    {
        var random = new Random(1);
        var pixels = new byte[Records * Schema.Dimension];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)random.Next(Schema.Levels);
        return Dataset.Images("random pixels", Schema, pixels);
    }

    /// <summary>A trainer of the Isthmus model.</summary>
    /// <param name="data">To train on.</param>
    /// <param name="batch">Records a step.</param>
    /// <param name="extra">More settings, "key=value key=value".</param>
    /// <param name="ranks">Processes that train together; this one alone if null.</param>
    public Trainer Trainer(Dataset data, int batch, string extra, Communicator? ranks = null)
    {
        var settings = new Dictionary<string, string>();
        foreach (var pair in $"{AsPlain} {Settings} batch-size={batch} {extra}".Split(' ', StringSplitOptions.RemoveEmptyEntries))
            settings[pair.Split('=')[0]] = pair.Split('=')[1];
        var specification = ModelSpecification.Resolve("vae", Schema, settings, TrainingSettings.All);
        return new Trainer(specification, data, data.Select([.. Enumerable.Range(0, 10)]), seed: 1, communicator: ranks);
    }

    private static Workload Mlp(string name, int[] hidden, int latent)
    {
        const int Dimension = 784;
        int[] widths = [Dimension, .. hidden];
        var between = widths.Zip(widths.Skip(1)).Sum(pair => (double)pair.First * pair.Second);
        return new(
            name,
            $"{string.Join('-', widths)}-{latent}, ReLU, Bernoulli",
            new ImageSchema(28, 28, 1, 2),
            $"net=mlp activation=relu hidden={string.Join(',', hidden)} latent={latent} likelihood=bernoulli",
            () => new PlainMlpVae(Dimension, [.. hidden], latent),
            (2 * between + 3.0 * hidden[^1] * latent, (double)Dimension * hidden[0])
        );
    }

    private static Workload Convolutional(string name, int side, int imageChannels, int[] channels)
    {
        const int Dense = 256,
            Latent = 40;
        var binary = imageChannels == 1;
        var (products, first, inputs, outputsSide) = (0.0, 0.0, imageChannels, side);
        foreach (var c in channels)
        {
            outputsSide = (outputsSide + 1) / 2;
            var halving = 9.0 * inputs * c * outputsSide * outputsSide;
            first = first == 0 ? halving : first;
            // Each input of a transposed 4 x 4 convolution meets 16 weights for each output channel.
            var outputs = inputs == imageChannels ? channels[0] / 2 : inputs;
            products += halving + 16.0 * c * outputs * outputsSide * outputsSide;
            inputs = c;
        }
        products += 2.0 * inputs * outputsSide * outputsSide * Dense + 3.0 * Dense * Latent + 9.0 * channels[0] / 2 * imageChannels * side * side;
        return new(
            name,
            $"--net conv on {side} x {side} x {imageChannels}, {(binary ? "Bernoulli" : "Gaussian of fixed variance")}",
            new ImageSchema(side, side, imageChannels, binary ? 2 : 256),
            $"net=conv latent={Latent} likelihood={(binary ? "bernoulli" : "gaussian variance=fixed")}",
            () => new PlainConvolutionalVae(side, imageChannels, channels, Dense, Latent, binary),
            (products, first)
        );
    }
}
