using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;

namespace Isthmus.Studio.Tests;

/// <summary>What the studio reads of a folder, and what it may do there.</summary>
[Collection(nameof(RunningStudio))]
public sealed class FolderTests(RunningStudio studio) : IDisposable
{
    private readonly DirectoryInfo _own = Directory.CreateTempSubdirectory("isthmus-folder-");

    public void Dispose() => _own.Delete(recursive: true);

    [Theory]
    [InlineData("..")]
    [InlineData("runs/../../x")]
    [InlineData("/etc/passwd")]
    public void A_name_leads_nowhere_outside(string name) => Assert.Throws<InvalidInputException>(() => new StudioFolder(_own.FullName).Resolve(name));

    [Fact]
    public void Nor_does_a_link()
    {
        Directory.CreateSymbolicLink(Path.Combine(_own.FullName, "out"), Path.GetTempPath());
        Assert.Throws<InvalidInputException>(() => new StudioFolder(_own.FullName).Resolve("out/x"));
    }

    [Fact]
    public void A_finished_run_is_read_with_its_figures_and_its_verdict()
    {
        var run = Catalog(studio.Folder).Run(RunningStudio.Runs[1]);
        Assert.Equal((RunState.Finished, "table-vae", 3, 3), (run.State, run.Model, run.Epochs.Count, run.EpochLimit));
        Assert.Equal("3", run.Settings["latent"]);
        Assert.Equal("NLL", run.Headline!.Word);
        Assert.True(run.Headline.Error > 0);
        Assert.NotEqual(Judgement.None, run.Judgement);
        // The command that the verdict ends with is read from the report as it stands there.
        Assert.EndsWith(run.Next!, run.Verdict!, StringComparison.Ordinal);
        Assert.StartsWith("isthmus ", run.Next, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_a_state_and_no_failure()
    {
        Copy(Path.Combine(studio.Folder, RunningStudio.Runs[0]), Path.Combine(_own.FullName, "whole"));
        Copy(Path.Combine(studio.Folder, RunningStudio.Runs[0]), Path.Combine(_own.FullName, "model"));
        using (var file = new FileStream(Path.Combine(_own.FullName, "model", "model.isthmus"), FileMode.Open))
            file.SetLength(100);
        Copy(Path.Combine(studio.Folder, RunningStudio.Runs[0]), Path.Combine(_own.FullName, "metrics"));
        File.WriteAllText(Path.Combine(_own.FullName, "metrics", "metrics.jsonl"), "{\"epoch\":");
        Directory.CreateDirectory(Path.Combine(_own.FullName, "empty"));
        File.WriteAllText(Path.Combine(_own.FullName, "empty", "metrics.jsonl"), "");
        var runs = Catalog(_own.FullName).Runs().ToDictionary(run => run.Name);
        Assert.Equal(RunState.Finished, runs["whole"].State);
        Assert.Equal((RunState.Damaged, false), (runs["model"].State, runs["model"].HasModel));
        Assert.Contains("model.isthmus", runs["model"].Problem);
        Assert.Equal(RunState.Damaged, runs["metrics"].State);
        Assert.Equal(RunState.Failed, runs["empty"].State);
    }

    [Fact]
    public void What_was_deleted_comes_back()
    {
        Copy(Path.Combine(studio.Folder, RunningStudio.Runs[0]), Path.Combine(_own.FullName, "runs", "a"));
        var (folder, catalog) = (new StudioFolder(_own.FullName), Catalog(_own.FullName));
        var actions = new RunActions(folder, new(folder, RunningStudio.Program), new(folder));
        var key = actions.Delete("runs/a");
        Assert.Empty(catalog.Runs());
        actions.Restore(key);
        Assert.Equal("runs/a", Assert.Single(catalog.Runs()).Name);
        Assert.Throws<InvalidInputException>(() => actions.Delete(".."));
        Assert.Throws<InvalidInputException>(() => actions.Delete("."));
    }

    [Fact]
    public void A_new_run_takes_no_name_that_is_there()
    {
        Directory.CreateDirectory(Path.Combine(_own.FullName, "runs", "rows-vae"));
        var folder = new StudioFolder(_own.FullName);
        Assert.Equal("runs/rows-vae-2", new RunActions(folder, new(folder, []), new(folder)).NewName("data/rows.csv", "vae"));
    }

    [Fact]
    public void Marks_are_kept()
    {
        var marks = new RunMarks(new(_own.FullName));
        marks.Set("a", new(true, ["x", "y"], "note"));
        Assert.Equal(["x", "y"], new RunMarks(new(_own.FullName)).Of("a").Tags);
        File.WriteAllText(Path.Combine(_own.FullName, ".isthmus-studio", "marks.json"), "{");
        Assert.Same(RunMark.None, marks.Of("a"));
    }

    [Fact]
    public void A_table_is_shown_as_strips_with_what_to_look_at()
    {
        File.WriteAllText(
            Path.Combine(_own.FullName, "t.csv"),
            "id;price;name\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"K{i:D5};{i % 90},5;n{i % 150}\n"))
        );
        var data = DataProfile.Read("t.csv", new(_own.FullName), new Dictionary<string, string>());
        Assert.Equal((400, "table-vae"), (data.Records, data.Model));
        var columns = data.Columns.ToDictionary(column => column.Name);
        Assert.Contains("numbers with a decimal comma", columns["price"].Warnings);
        Assert.Equal("skip", columns["id"].Kind);
        Assert.Contains(columns["name"].Warnings, warning => warning.StartsWith("150 categories", StringComparison.Ordinal));
        var changed = DataProfile.Read("t.csv", new(_own.FullName), new Dictionary<string, string> { ["name"] = "skip" });
        Assert.Equal("skip", changed.Columns.Single(column => column.Name == "name").Kind);
        var settings = ModelSettings.Of("table-vae", data, new Dictionary<string, string> { ["epochs"] = "7" });
        Assert.Equal(7, settings.Epochs);
        Assert.All(ModelSettings.InSight, key => Assert.Contains(settings.All, setting => setting.Key == key));
        Assert.Throws<InvalidInputException>(() => ModelSettings.Of("table-vae", data, new Dictionary<string, string> { ["latent"] = "none" }));
        Assert.Throws<InvalidInputException>(() => DataProfile.Read("../x.csv", new(_own.FullName), new Dictionary<string, string>()));
    }

    [Fact]
    public void Data_of_the_starts_are_what_they_say()
    {
        var folder = new StudioFolder(_own.FullName);
        foreach (var demo in Demos.All)
        {
            Assert.Equal("train", Demos.Prepare(demo, folder)[0]);
            if (!demo.Data.StartsWith("data/", StringComparison.Ordinal))
                continue;
            var data = DataProfile.Read(demo.Data, folder, new Dictionary<string, string>());
            Assert.Equal(data.Model == "table-vae" ? 1200 : 900, data.Records);
            Assert.Equal(demo.Words[1], data.Model == "table-vae" ? "table-vae" : Wish.All.Single(wish => wish.Key == "topics").Models[Wish.KindOf(data)]);
        }
    }

    [Theory]
    [InlineData("train 'my data.csv' --set hidden=4,4", new[] { "train", "my data.csv", "--set", "hidden=4,4" })]
    [InlineData("isthmus train ''", new[] { "train", "" })]
    public void A_command_is_taken_apart_as_a_shell_does(string command, string[] words)
    {
        Assert.Equal(words, CommandText.Words(command));
        Assert.Equal(words, CommandText.Words(CommandText.Of(words)));
    }

    [Fact]
    public void Every_asset_has_an_address() => Assert.All(StudioAssets.Sheets, sheet => Assert.Matches(@"^assets/[\w.-]+\.css\?v=[0-9a-f]{10}$", sheet));

    internal static RunCatalog Catalog(string path)
    {
        var folder = new StudioFolder(path);
        return new(folder, new(folder, RunningStudio.Program), TimeProvider.System);
    }

    internal static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
