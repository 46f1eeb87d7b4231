using Isthmus.Codes;
using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Vectors;
using Isthmus.Training;
using SkiaSharp;

namespace Isthmus.Tests.Verbs;

public class VerbTests
{
    private const string Small = "--epochs 2 --limit 120 --set batch-size=30 --threads 1 --importance-samples 5 -o {runs}";

    public static TheoryData<string, string> Models() =>
        new()
        {
            { "ae", "mlp --set hidden=16 --latent 4" },
            { "ae", "conv --set channels=4,4 --set dense=8 --latent 4" },
            { "sparse", "mlp --set hidden=16 --latent 12 --set k=3" },
            { "sparse", "conv --set channels=4,4 --set dense=8 --latent 12 --set k=3" },
            { "denoising", "mlp --set hidden=16 --latent 4" },
            { "denoising", "conv --set channels=4,4 --set dense=8 --latent 4" },
            { "vae", "mlp --set hidden=16 --latent 4" },
            { "vae", "conv --set channels=4,4 --set dense=8 --latent 4" },
        };

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_verb_works_on_every_model(string preset, string net)
    {
        using var terminal = new Terminal();
        var trained = terminal.Json($"train shapes --model {preset} --net {net} --name m {Small}");
        foreach (var (key, value) in new[] { ("data", "shapes"), ("model", preset), ("net", net.Split(' ')[0]) })
            Assert.Equal(value, trained.GetProperty(key).GetString());
        Assert.Equal(1, trained.GetProperty("seed").GetInt32());
        Assert.Equal(120, trained.GetProperty("records").GetInt32());
        foreach (var key in (string[])["model_path", "report_path", "metrics_path"])
            Assert.True(File.Exists(trained.GetProperty(key).GetString()), key);
        Assert.False(File.Exists(terminal.File("runs/m/checkpoint.isthmus")));
        foreach (
            var key in (string[])["distortion_nats", "distortion_nats_standard_error", "reconstruction_psnr_db", "active_units", "linear_probe_accuracy_shape"]
        )
            Assert.True(double.IsFinite(trained.GetProperty(key).GetDouble()), key);
        foreach (var key in (string[])["elbo_nats", "rate_bits", "bits_per_dim", "nll_nats"])
            Assert.Equal(preset == "vae", trained.TryGetProperty(key, out _));

        var evaluated = terminal.Json("evaluate shapes -m {runs/m} --limit 120 --importance-samples 5 --threads 1");
        Assert.Equal(trained.GetProperty("distortion_nats").GetDouble(), evaluated.GetProperty("distortion_nats").GetDouble());
        Assert.Equal("test", evaluated.GetProperty("part").GetString());

        terminal.Done("encode shapes -m {runs/m} -o {codes.csv} --limit 20");
        Assert.Equal(21, File.ReadAllLines(terminal.File("codes.csv")).Length);
        terminal.Done("reconstruct shapes -m {runs/m} -o {reconstructed.png} --count 3");
        Assert.Equal((3 * 34 + 2) * 2, Width(terminal.File("reconstructed.png")));
        Assert.Equal((2 * 34 + 2) * 2, Height(terminal.File("reconstructed.png")));
        terminal.Done("interpolate shapes -m {runs/m} --from 0,1 --to 2,3 --steps 4 -o {between.png} --each {steps}");
        Assert.Equal(8, Directory.GetFiles(terminal.File("steps"), "*.png").Length);
        Assert.Equal(preset, terminal.Json("info {runs/m}").GetProperty("model").GetString());

        if (preset == "denoising")
        {
            var denoised = terminal.Json("denoise shapes -m {runs/m} -o {denoised.png} --count 4 --limit 10");
            Assert.True(denoised.GetProperty("added_noise").GetBoolean());
            Assert.True(double.IsFinite(denoised.GetProperty("noisy_psnr_db").GetDouble()));
            Assert.Equal((3 * 34 + 2) * 2, Height(terminal.File("denoised.png")));
        }
        else
        {
            Assert.Contains("--model denoising", terminal.Refused("denoise shapes -m {runs/m} -o {denoised.png}"));
        }
        if (preset == "vae")
        {
            Assert.Equal(6, terminal.Json("sample -m {runs/m} -o {samples.png} --count 6 --draw").GetProperty("records").GetInt32());
            Assert.Equal((3 * 34 + 2) * 2, Width(terminal.File("samples.png")));
        }
        else
        {
            Assert.Contains("no prior", terminal.Refused("sample -m {runs/m} -o {samples.png}"));
            Assert.False(File.Exists(terminal.File("samples.png")));
        }
    }

    [Fact]
    public void Tables_come_back_as_tables_in_their_own_units()
    {
        using var terminal = new Terminal();
        var random = new Random(1);
        File.WriteAllLines(
            terminal.File("t.csv"),
            Enumerable
                .Range(0, 200)
                .Select(i =>
                {
                    var height = 150 + 40 * random.NextDouble();
                    return FormattableString.Invariant(
                        $"{height},{height / 2 + random.NextDouble()},{random.NextDouble() * 1e-3},{(i % 2 == 0 ? "even" : "odd")}"
                    );
                })
                .Prepend("height,weight,rate,kind")
        );
        terminal.Done(
            "train {t.csv} --label kind --latent 2 --epochs 20 --set hidden=16 --set batch-size=16 --set learning-rate-warm-up=0 --threads 1 "
                + "--importance-samples 0 --name t -o {runs}"
        );

        terminal.Done("encode {t.csv} --label kind -m {runs/t} -o {codes.parquet}");
        var codes = DataSource.LoadAll(terminal.File("codes.parquet"), new() { Label = "kind" });
        Assert.Equal(200, codes.Count);
        Assert.Equal(["z0", "z1"], ((VectorSchema)codes.Schema).Columns);
        Assert.Equal(["even", "odd"], codes.Labels[0].Classes);

        foreach (
            var (verb, records) in new[]
            {
                ("reconstruct {t.csv} --label kind", 20),
                ("sample --count 7", 7),
                ("interpolate {t.csv} --label kind --from 0 --to 1 --steps 5", 5),
                ("denoise {t.csv} --label kind --add-noise false", 20),
            }
        )
        {
            terminal.Done($"{verb} -m {{runs/t}} -o {{out.csv}} --force");
            var made = DataSource.LoadAll(terminal.File("out.csv"), new() { Columns = ["height", "weight", "rate"] });
            Assert.Equal(records, made.Count);
            var values = new float[3 * records];
            made.CopyValues([.. Enumerable.Range(0, records)], values);
            Assert.All(values.Chunk(3), row => Assert.InRange(row[0], 100, 240));
            Assert.All(values.Chunk(3), row => Assert.InRange(row[2], -3e-3, 4e-3));
        }
        Assert.Contains(".csv or .parquet", terminal.Refused("sample -m {runs/t} -o {out.png}"));
    }

    [Fact]
    public void Noisy_images_are_restored_one_by_one_and_measured_against_the_clean_ones()
    {
        using var terminal = new Terminal();
        var images = DataSource.LoadAll("shapes-8bit", new() { Limit = 60 });
        var pixels = new byte[images.Count * images.Schema.Dimension];
        images.CopyPixels([.. Enumerable.Range(0, images.Count)], pixels);
        Directory.CreateDirectory(terminal.File("clean"));
        Directory.CreateDirectory(terminal.File("noisy"));
        foreach (var (i, picture) in pixels.Chunk(images.Schema.Dimension).Index())
        {
            Isthmus.Data.Images.ImageGrid.SavePng(terminal.File($"clean/picture {i:D2}.png"), (ImageSchema)images.Schema, [picture], 1);
            Isthmus.Data.Images.ImageGrid.SavePng(
                terminal.File($"noisy/picture {i:D2}.png"),
                (ImageSchema)images.Schema,
                [
                    [.. picture.Select(p => (byte)(p / 2 + 60))],
                ],
                1
            );
        }
        terminal.Done("train {clean} --model denoising --set hidden=16 --latent 4 --set batch-size=8 --epochs 1 --threads 1 --name d -o {runs}");
        var restored = terminal.Json("denoise {noisy} --clean {clean} -m {runs/d} --each {restored}");
        Assert.False(restored.GetProperty("added_noise").GetBoolean());
        Assert.Equal(60, restored.GetProperty("records").GetInt32());
        Assert.True(double.IsFinite(restored.GetProperty("denoised_psnr_db").GetDouble()));
        Assert.Equal(60, Directory.GetFiles(terminal.File("restored"), "picture ??.png").Length);
        Assert.Equal(32, Width(terminal.File("restored/picture 00.png")));
    }

    [Fact]
    public void Code_paths_end_where_they_should_and_the_arc_keeps_the_length()
    {
        float[] a = [1, 0, 0],
            b = [0, 1, 0];
        foreach (var path in Enum.GetValues<CodePath>())
        {
            Assert.Equal(a, Generation.Between(a, b, 0, path));
            Assert.Equal(b, Generation.Between(a, b, 1, path).Select(value => MathF.Round(value, 6)));
        }
        float[] middle = Generation.Between(a, b, 0.5, CodePath.Spherical),
            straight = Generation.Between(a, b, 0.5, CodePath.Linear);
        Assert.Equal(1, middle.Sum(value => value * value), 5);
        Assert.Equal(0.5, straight.Sum(value => value * value), 5);
        // In one line there is no arc.
        Assert.Equal([0.5f, 0, 0], Generation.Between(a, [0, 0, 0], 0.5, CodePath.Spherical));
        Assert.Equal([0, 0, 0], Generation.Between(a, [-1, 0, 0], 0.5, CodePath.Spherical));
    }

    [Fact]
    public void A_second_run_of_the_same_command_has_the_same_weights_and_a_folder_of_its_own()
    {
        using var terminal = new Terminal();
        const string Command = "train shapes --model vae --set hidden=16 --latent 4 " + Small;
        var first = terminal.Json(Command);
        var second = terminal.Json(Command);
        Assert.Equal(terminal.File("runs/shapes-vae"), first.GetProperty("run_path").GetString());
        Assert.Equal(terminal.File("runs/shapes-vae-2"), second.GetProperty("run_path").GetString());
        Assert.Equal(terminal.Weights("runs/shapes-vae"), terminal.Weights("runs/shapes-vae-2"));
        Assert.Equal(first.GetProperty("nll_nats").GetDouble(), second.GetProperty("nll_nats").GetDouble());
        var third = terminal.Json(Command + " --seed 2");
        Assert.NotEqual(first.GetProperty("nll_nats").GetDouble(), third.GetProperty("nll_nats").GetDouble());
    }

    [Fact]
    public void Info_tells_a_model_from_a_checkpoint_and_from_data()
    {
        using var terminal = new Terminal();
        terminal.Done($"train shapes --model sparse --set hidden=16 --latent 12 --set k=3 --name s {Small}");
        var model = terminal.Json("info {runs/s/model.isthmus}");
        Assert.Equal("model", model.GetProperty("kind").GetString());
        Assert.Equal("3", model.GetProperty("settings").GetProperty("k").GetString());
        Assert.Equal("image", model.GetProperty("schema").GetProperty("kind").GetString());
        Assert.True(model.GetProperty("metrics").GetProperty("distortion_nats").GetDouble() > 0);
        // Once a run is finished its checkpoint goes; training alone leaves one.
        TrainingRun
            .Train(
                "vae",
                Tiny.Shapes(60),
                new() { Folder = new(terminal.File("runs/c")), Settings = Tiny.Settings("hidden=4 latent=2 epochs=1 batch-size=16") }
            )
            .Model.Dispose();
        var checkpoint = terminal.Json("info {runs/c/checkpoint.isthmus}");
        Assert.Equal("checkpoint", checkpoint.GetProperty("kind").GetString());
        Assert.True(checkpoint.GetProperty("stopped").GetBoolean());
        var data = terminal.Json("info shapes");
        Assert.Equal(13_824, data.GetProperty("records").GetInt32());
        Assert.Equal(
            ["shape", "scale", "orientation", "x", "y"],
            data.GetProperty("labels").EnumerateArray().Select(label => label.GetProperty("name").GetString())
        );
        foreach (var line in (string[])["info {runs/s}", "info {runs/c/checkpoint.isthmus}", "info shapes-8bit"])
            Assert.NotEmpty(terminal.Done(line).Output);
    }

    [Fact]
    public void Figures_for_people_have_units_and_standard_errors()
    {
        using var terminal = new Terminal();
        var outcome = terminal.Done($"train shapes --set hidden=16 --latent 4 {Small}");
        Assert.Matches(@"ELBO +−[\d,.]+ ± [\d.]+ bits", outcome.Output);
        Assert.DoesNotContain(" nats", outcome.Output);
        Assert.Matches(@"loss [\d,.]+ bits = [\d,.]+ distortion \+ [\d.]+ rate", outcome.Error);
        Assert.Matches(@"Rate \(cost of the code\), KL\(q\(z\|x\) \|\| p\(z\)\) +[\d,.]+ ± [\d.]+ bits", outcome.Output);
        Assert.Contains("report  " + terminal.File("runs/shapes-vae/report.html"), outcome.Output);
        Assert.Contains("trained 2 epochs", outcome.Error);
    }

    private static int Width(string png)
    {
        using var bitmap = SKBitmap.Decode(png);
        return bitmap.Width;
    }

    private static int Height(string png)
    {
        using var bitmap = SKBitmap.Decode(png);
        return bitmap.Height;
    }
}
