using Isthmus.Models;

namespace Isthmus.Tests.Verbs;

public sealed class ModelsVerbTests
{
    [Fact]
    public void Every_model_is_listed_once_with_its_line_under_its_field()
    {
        using var terminal = new Terminal();
        var lines = terminal.Done("models").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var preset in Preset.All)
            Assert.Single(lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0] == preset.Name && line.EndsWith(preset.Summary));
        Assert.Equal(
            ["images:", "photographs:", "activations:", "tables:", "recommenders:", "topics:", "lines of text:"],
            lines.Where(line => !line.StartsWith(' '))
        );
        Assert.Equal(
            Preset.All.Select(preset => preset.Name),
            terminal.Json("models").GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString())
        );
    }

    [Fact]
    public void A_model_of_labels_is_trained_reported_evaluated_and_encodes()
    {
        using var terminal = new Terminal();
        var trained = terminal.Json(
            "train shapes --limit 120 --model vib --target scale --epochs 1 --threads 1 --name n -o {runs} --set hidden=12 --set latent=3"
        );
        Assert.InRange(trained.GetProperty("accuracy").GetDouble(), 0, 1);
        var report = File.ReadAllText(terminal.File("runs/n/report.html"));
        Assert.Contains("predicts the label of", report);
        Assert.DoesNotContain("NaN", report);
        Assert.Equal(
            trained.GetProperty("accuracy").GetDouble(),
            terminal.Json("evaluate shapes --limit 120 -m {runs/n} --threads 1").GetProperty("accuracy").GetDouble()
        );
        terminal.Json("encode shapes --limit 12 -m {runs/n} -o {codes.csv}");
        Assert.Contains("predicts the scale of a record", terminal.Refused("sample -m {runs/n} -o {samples.png}"));
        Assert.Contains("is no label of the data", terminal.Refused("train shapes --limit 120 --model vib --target colour --epochs 1 -o {runs}"));
        File.WriteAllText(terminal.File("t.csv"), "a,b\n1,2\n2,3\n3,4\n4,5\n");
        Assert.Contains("needs a label of each record", terminal.Refused("train {t.csv} --model cond-vae --epochs 1 -o {runs}"));
    }

    public static TheoryData<string, string> Made =>
        new()
        {
            { "contractive", "latent=5" },
            { "rae", "latent=5" },
            { "factor-vae", "latent=5 adversary-hidden=8" },
            { "aae", "latent=5 adversary-hidden=8" },
            { "ladder-vae", "latent=7 level-hidden=8" },
            { "vq-vae", "latent=8 codebook=5 code-hidden=8" },
            { "cond-vae", "latent=5 target=scale" },
            { "vae", "latent=8 bottleneck=categorical choices=4" },
            { "vae", "latent=8 bottleneck=bernoulli" },
            { "iaf-vae", "latent=5 flow-hidden=8" },
        };

    [Theory]
    [MemberData(nameof(Made))]
    public void Every_verb_of_pictures_works_on_it(string preset, string settings)
    {
        using var terminal = new Terminal();
        var trained = terminal.Json(
            $"train shapes --limit 120 --model {preset} --epochs 1 --threads 1 --importance-samples 3 --name n -o {{runs}} "
                + $"{string.Join(' ', $"{settings} hidden=12 batch-size=24".Split(' ').Select(setting => $"--set {setting}"))}"
        );
        var evaluated = terminal.Json("evaluate shapes --limit 120 -m {runs/n} --threads 1 --importance-samples 3");
        Assert.Equal(trained.GetProperty("distortion_nats").GetDouble(), evaluated.GetProperty("distortion_nats").GetDouble());
        var latent = evaluated.GetProperty("latent_units").GetInt32();
        Assert.Equal(120, terminal.Json("encode shapes --limit 120 -m {runs/n} -o {codes.csv}").GetProperty("records").GetInt32());
        Assert.EndsWith($"z{latent - 1}", File.ReadLines(terminal.File("codes.csv")).First());
        terminal.Json("reconstruct shapes --limit 12 -m {runs/n} -o {grid.png}");
        terminal.Json("interpolate shapes --limit 12 -m {runs/n} --from 0 --to 1 -o {between.png}");
        if (evaluated.TryGetProperty("elbo_nats", out _))
            Assert.Equal(9, terminal.Json("sample -m {runs/n} --count 9 --draw -o {samples.png}").GetProperty("records").GetInt32());
        else
        {
            Assert.Contains("no prior over its codes", terminal.Refused("sample -m {runs/n} -o {samples.png}"));
            Assert.Equal(9, terminal.Json("sample -m {runs/n} --count 9 --codes-of shapes --components 3 -o {samples.png}").GetProperty("records").GetInt32());
            Assert.Equal(9, terminal.Json("sample -m {runs/n} --count 9 --codes-of shapes --codes-by flow -o {flow.png}").GetProperty("records").GetInt32());
            Assert.Contains("expected mixture or flow", terminal.Refused("sample -m {runs/n} --codes-of shapes --codes-by magic -o {more.png}"));
            Assert.Contains("fewer --components", terminal.Refused("sample -m {runs/n} --codes-of shapes --components 9999 -o {more.png}"));
            Assert.Contains("fewer --components", terminal.Refused("sample -m {runs/n} --codes-of shapes --components 2147483647 -o {more.png}"));
        }
    }
}
