using System.Text;
using Isthmus.Compression.Lines;
using Isthmus.Compute;
using Isthmus.Lines;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Tests.Lines;

/// <summary>Language models of lines in whole numbers: what a line costs is what it costs in floating point.</summary>
public class LineFormTests
{
    [Theory]
    [InlineData("lstm", "words")]
    [InlineData("lstm", "characters")]
    [InlineData("gru", "characters")]
    public void Bits_are_within_a_hundredth_of_those_in_floating_point(string decoder, string tokens)
    {
        TensorLibrary.EnsureLoaded();
        var lines = Sentences.Two(240).Select((line, i) => $"{line} {i * 7919 % 1000}").ToArray();
        var data = TextLines.From(lines, options: new() { Tokens = tokens, Length = 60 }).Split();
        using var model = new ModelOptions("lstm-lm").Fit(
            data,
            new()
            {
                Settings = Tiny.Settings($"decoder={decoder} decoder-units=40 decoder-embedding=12 batch-size=16 epochs=12 learning-rate=0.02"),
                Threads = 1,
            }
        );
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var x = TensorBatches.Gather(data.Test, [.. Enumerable.Range(0, data.Test.Count)], CPU);
        var likelihood = (TokenLikelihood)model.Network.Likelihood;
        var exact = likelihood.TokenNats(x, model.Network.Decode(zeros(data.Test.Count, 1))).sum().item<float>() / Math.Log(2);
        var texts = LineDecoding.Texts(((Isthmus.Data.Lines.LineSchema)model.Specification.Schema).Tokens, x);
        var form = LineForm.Of(model);
        Assert.Equal(form.Hash, LineForm.Of(model).Hash);
        var bytes = Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => $"{text}\n")));
        var codec = new LineCodec(LineModel.FromBytes(form.ToBytes()));
        var whole = codec.Costs(bytes).Sum();
        Assert.InRange(whole, 0.99 * exact, 1.01 * exact);
        // And the bytes are those bits: flags, number of pieces, none beside, and less than a byte for the message's end.
        Assert.InRange(codec.Encode(bytes, bytes.Length)!.Length, whole / 8, whole / 8 + 6);
    }

    [Fact]
    public void Models_with_a_code_and_other_decoders_are_refused_with_what_to_take()
    {
        TrainedModel Fit(string preset, string settings) =>
            new ModelOptions(preset).Fit(
                Sentences.Records(24).Split(),
                new()
                {
                    Settings = Tiny.Settings($"decoder-units=4 decoder-embedding=4 batch-size=8 epochs=1 {settings}"),
                    Threads = 1,
                }
            );
        TensorLibrary.EnsureLoaded();
        using var coded = Fit("text-vae", "latent=2 encoder-units=4 encoder-embedding=4");
        Assert.Contains("take a language model", Assert.Throws<InvalidInputException>(() => LineForm.Of(coded)).Message);
        using var convolved = Fit("lstm-lm", "decoder=convolution");
        Assert.Contains("no form in whole numbers", Assert.Throws<InvalidInputException>(() => LineForm.Of(convolved)).Message);
    }
}
