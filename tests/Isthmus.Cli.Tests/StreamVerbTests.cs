using Isthmus.Data.Formats;
using Isthmus.Tests.Data;

namespace Isthmus.Tests.Verbs;

/// <summary>From a layer's activations to a dictionary of them, as a user would.</summary>
public sealed class StreamVerbTests
{
    [Fact]
    public void A_layers_activations_are_written_and_a_dictionary_of_them_is_trained_on_the_file()
    {
        using var terminal = new Terminal();
        terminal.Json("train shapes --limit 60 --model ae --net conv --set channels=3,4 --latent 3 --epochs 1 --threads 1 --name layer -o {runs}");
        var encoded = terminal.Json("encode shapes --limit 60 -m {runs/layer} --layer 2 -o {h.npy}");
        // 32 x 32 halved twice: 64 places of 4 channels.
        Assert.Equal((60 * 64, 4), (encoded.GetProperty("rows").GetInt32(), encoded.GetProperty("latent_units").GetInt32()));
        Assert.Equal("h0 h1 h2 h3", string.Join(' ', encoded.GetProperty("columns").EnumerateArray().Select(name => name.GetString())));
        var trained = terminal.Json("train {h.npy} --stream --model top-k-sae --latent 8 --set k=2 --epochs 1 --threads 1 --name sae -o {runs}");
        Assert.InRange(trained.GetProperty("units_on_per_record").GetDouble(), 0, 2);
        Assert.InRange(trained.GetProperty("variance_explained").GetDouble(), double.NegativeInfinity, 1);
        Assert.True(trained.TryGetProperty("variance_explained_standard_error", out _));
        Assert.True(trained.TryGetProperty("units_dead_in_training", out _));
        Assert.Contains("--stream", File.ReadAllText(terminal.File("runs/sae/report.html")));
        // The model remembers how its data were split, whatever is said now.
        foreach (var option in new[] { "", " --stream" })
            Assert.Equal(
                trained.GetProperty("variance_explained").GetDouble(),
                terminal.Json($"evaluate {{h.npy}}{option} -m {{runs/sae}} --threads 1").GetProperty("variance_explained").GetDouble()
            );
        Assert.Equal(60 * 64, terminal.Json("encode {h.npy} --stream -m {runs/sae} -o {z.parquet}").GetProperty("rows").GetInt32());
    }

    [Fact]
    public void A_row_a_place_has_its_records_labels_and_arrays_and_tables_hold_the_same()
    {
        using var terminal = new Terminal();
        terminal.Json("train shapes --limit 60 --model ae --set hidden=7,5 --latent 3 --epochs 1 --threads 1 --name n -o {runs}");
        terminal.Json("encode shapes --limit 20 -m {runs/n} --layer 1 -o {h.csv}");
        terminal.Json("encode shapes --limit 20 -m {runs/n} --layer 1 -o {h.npy}");
        var lines = File.ReadAllLines(terminal.File("h.csv"));
        Assert.EndsWith("h0,h1,h2,h3,h4,h5,h6", lines[0]);
        Assert.StartsWith("row,shape,", lines[0]);
        Assert.Equal(
            lines.Skip(1).SelectMany(line => line.Split(',')[^7..].Select(float.Parse)),
            Scratch.Values(DataSource.LoadAll(terminal.File("h.npy"), new()))
        );
        Assert.Contains("no hidden layer 3; count its layers from 1 to 2", terminal.Refused("encode shapes --limit 20 -m {runs/n} --layer 3 -o {no.npy}"));
        Assert.False(File.Exists(terminal.File("no.npy")));
        Assert.Contains("--stream is for pictures, vectors", terminal.Refused("train shapes --stream --epochs 1 -o {runs}"));
    }
}
