using Isthmus.Onnx;

namespace Isthmus.Tests.Verbs;

/// <summary><c>isthmus export -o FILE.onnx</c>.</summary>
public sealed class OnnxVerbTests : IDisposable
{
    private static readonly string Folder = GoldenFile.PathOf("models");

    private readonly string _before = Environment.CurrentDirectory;
    private readonly Terminal _terminal = new();

    // A model knows its own data by the path that it was trained with.
    public OnnxVerbTests() => Environment.CurrentDirectory = Folder;

    [Fact]
    public void A_file_is_written_and_says_how_much_it_differs()
    {
        var json = _terminal.Json("export -m vae.isthmus -o {vae.onnx}");
        Assert.Equal("test records of data/binary.npz", json.GetProperty("compared_source").GetString());
        Assert.Equal(24, json.GetProperty("compared_records").GetInt32());
        Assert.InRange(json.GetProperty("largest_difference").GetDouble(), 0, 1e-4);
        Assert.Equal(new FileInfo(_terminal.File("vae.onnx")).Length, json.GetProperty("onnx_bytes").GetInt64());
        using var onnx = OnnxModel.Load(_terminal.File("vae.onnx"));
        Assert.Equal(json.GetProperty("weights_sha256").GetString(), onnx.Metadata.WeightsSha256);
        var info = _terminal.Json("info {vae.onnx}");
        Assert.Equal(
            ("onnx", "encoder", "vae"),
            (info.GetProperty("kind").GetString(), info.GetProperty("part").GetString(), info.GetProperty("model").GetString())
        );
        Assert.Contains("record → code", _terminal.Done("info {vae.onnx}").Output);
        Assert.Contains("is there already", _terminal.Refused("export -m vae.isthmus -o {vae.onnx}"));
        var lines = _terminal.Done("export -m vae.isthmus -o {vae.onnx} --part reconstruct --force").Output;
        Assert.Contains("record → reconstruction", lines);
        Assert.Contains("on 24 test records of data/binary.npz", lines);
    }

    [Fact]
    public void A_model_that_was_carried_here_is_compared_on_records_made_at_random()
    {
        File.Copy("mult-vae.isthmus", _terminal.File("carried.isthmus"));
        Environment.CurrentDirectory = Path.GetTempPath();
        var outcome = _terminal.Done("export -m {carried.isthmus} -o {carried.onnx}");
        Assert.Contains("at random", outcome.Output);
        Assert.Contains("--data", outcome.Error);
    }

    [Fact]
    public void Scores_say_that_they_hold_rows_of_the_training_table()
    {
        var output = _terminal.Done("export -m table-vae.isthmus -o {rows.onnx} --part score").Output;
        Assert.Contains("rows of the training table", output);
        Assert.Contains("p_value", output);
        Assert.Contains("record → code", _terminal.Done("export -m table-vae.isthmus -o {scaled.onnx} --scaled-rows").Output);
    }

    [Fact]
    public void What_cannot_be_is_refused_and_nothing_is_written()
    {
        Assert.Contains("one pixel after another", _terminal.Refused("export -m pixel-vae.isthmus -o {out.onnx} --part decoder"));
        Assert.Contains("predicts the", _terminal.Refused("export -m vib.isthmus -o {out.onnx} --part reconstruct"));
        Assert.Contains("no rows to score", _terminal.Refused("export -m vae.isthmus -o {out.onnx} --part score"));
        Assert.Contains("expected encoder", _terminal.Refused("export -m vae.isthmus -o {out.onnx} --part whole"));
        Assert.Contains("only .onnx files have", _terminal.Refused("export -m vae.isthmus -o {out.isth-model} --part encoder"));
        Assert.Contains("no file or folder", _terminal.Refused("export -m vae.isthmus -o {out.onnx} --data none"));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_terminal.File("out.onnx"))!));
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        _terminal.Dispose();
    }
}
