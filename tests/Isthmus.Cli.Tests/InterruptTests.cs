using Isthmus.Cli.Arguments;
using Isthmus.Training;

namespace Isthmus.Tests.Verbs;

public class InterruptTests
{
    private const string Command =
        "train shapes --set hidden=16 --latent 4 --epochs 2 --limit 400 --set batch-size=10 --threads 1 --importance-samples 5 -o {runs}";

    [Theory]
    [InlineData("mlp", "--set hidden=16")]
    [InlineData("conv", "--set channels=4,4 --set dense=8")]
    public void Interrupt_in_the_first_epoch_leaves_a_checkpoint_and_resuming_gives_the_weights_of_an_uninterrupted_run(string net, string settings)
    {
        using var terminal = new Terminal();
        var command =
            $"train shapes --net {net} {settings} --latent 4 --epochs 2 --limit 400 --set batch-size=10 --threads 1 --importance-samples 5 -o {{runs}}";
        terminal.Done($"{command} --name whole");

        var interrupted = terminal.RunUntil("training ", $"{command} --name parts");

        Assert.Equal(130, interrupted.Code);
        Assert.Empty(interrupted.Output);
        Assert.Contains("--name parts --resume", interrupted.Error);
        Assert.Empty(CheckpointManifest.Read(new RunFolder(terminal.File("runs/parts")).Checkpoint).State.Epochs);
        Assert.False(File.Exists(terminal.File("runs/parts/model.isthmus")));

        terminal.Done($"{command} --name parts --resume");
        Assert.Equal(terminal.Weights("runs/whole"), terminal.Weights("runs/parts"));
    }

    [Fact]
    public void Interrupt_during_the_evaluation_keeps_the_model_and_resuming_evaluates_it()
    {
        using var terminal = new Terminal();
        var interrupted = terminal.RunUntil("trained ", $"{Command} --name e");
        Assert.Equal(130, interrupted.Code);
        Assert.Contains("interrupted after training", interrupted.Error);
        var weights = terminal.Weights("runs/e");
        Assert.Empty(terminal.Json("info {runs/e}").GetProperty("metrics").EnumerateObject());
        terminal.Done($"{Command} --name e --resume");
        Assert.Equal(weights, terminal.Weights("runs/e"));
        Assert.NotEmpty(terminal.Json("info {runs/e}").GetProperty("metrics").EnumerateObject());
        Assert.True(File.Exists(terminal.File("runs/e/report.html")));
    }

    [Fact]
    public void Interrupt_before_training_writes_nothing()
    {
        using var terminal = new Terminal();
        var interrupted = terminal.RunStopped(Command);
        Assert.Equal(130, interrupted.Code);
        Assert.Empty(interrupted.Output);
        Assert.Single(interrupted.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Directory.Exists(terminal.File("runs")));
    }

    [Fact]
    public void Unfinished_run_is_not_overwritten_without_resume()
    {
        using var terminal = new Terminal();
        terminal.RunUntil("training ", Command);
        var outcome = terminal.Done(Command);
        Assert.Contains("unfinished run (--resume goes on with it)", outcome.Error);
        Assert.True(File.Exists(terminal.File("runs/shapes-vae-2/model.isthmus")));
    }

    [Fact]
    public void A_run_without_a_checkpoint_starts_from_the_beginning_and_a_finished_one_says_so()
    {
        using var terminal = new Terminal();
        terminal.Done($"{Command} --name whole");
        var begun = terminal.Done($"{Command} --name new --resume");
        Assert.Contains("has no checkpoint: training starts from the beginning", begun.Error);
        Assert.Equal(terminal.Weights("runs/whole"), terminal.Weights("runs/new"));
        Assert.False(File.Exists(terminal.File("runs/new/checkpoint.isthmus")));
        var model = File.GetLastWriteTimeUtc(terminal.File("runs/new/model.isthmus"));

        var again = terminal.Done($"{Command} --name new --resume");
        Assert.Contains("is finished, and there is nothing to resume", Assert.Single(again.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(model, File.GetLastWriteTimeUtc(terminal.File("runs/new/model.isthmus")));
        Assert.Contains("finished with epochs=2", terminal.Refused($"{Command.Replace("--epochs 2", "--epochs 9")} --name new --resume"));
        Assert.Contains("finished vae", terminal.Refused($"{Command} --name new --resume --model ae"));
        Assert.Contains("seed 1", terminal.Refused($"{Command} --name new --resume --seed 2"));
    }

    [Fact]
    public void Resume_command_has_the_same_words_the_run_s_name_and_quotes_where_needed()
    {
        var command = RunNames.ResumeCommand(
            ["isthmus", "train", "my data", "--name", "old", "--epochs", "3", "--resume", "--finish"],
            new RunFolder("runs/a b")
        );
        Assert.Equal("isthmus train 'my data' --epochs 3 --name 'a b' --resume", command);
    }

    [Fact]
    public void Checkpoint_of_another_model_is_refused()
    {
        using var terminal = new Terminal();
        terminal.RunUntil("training ", $"{Command} --name r");
        Assert.Contains("latent=4", terminal.Refused($"{Command.Replace("--latent 4", "--latent 5")} --name r --resume"));
        Assert.Contains("seed 1", terminal.Refused($"{Command} --name r --resume --seed 2"));
        Assert.Contains("checkpoint is of vae", terminal.Refused($"{Command} --name r --resume --model ae"));
    }
}
