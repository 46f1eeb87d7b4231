using System.Globalization;
using Isthmus.Data.Formats;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Tests.Data;

public class InvalidInputExceptionTests
{
    private static readonly ApiName Label = new("DataOptions.Label", "--label");

    [Fact]
    public void A_message_is_one_line_of_subject_problem_and_remedy()
    {
        var error = new InvalidInputException("data.csv: row 3", $"has no label in column '{"class"}'", $"fill it, or leave {Label} out", Label);
        Assert.Equal("data.csv: row 3 has no label in column 'class'; fill it, or leave DataOptions.Label out.", error.Message);
        Assert.Equal("data.csv: row 3 has no label in column 'class'; fill it, or leave --label out.", error.MessageWith(name => name.CommandLine));
        Assert.Equal(
            ("data.csv: row 3", "has no label in column 'class'", "fill it, or leave DataOptions.Label out", Label),
            (error.Subject, error.Problem, error.Remedy, error.Option)
        );
    }

    [Fact]
    public void A_problem_that_ends_as_a_sentence_is_followed_by_another()
    {
        Assert.Equal("a.csv cannot be read: It is locked. Close it.", new InvalidInputException("a.csv", "cannot be read: It is locked.", "close it").Message);
        Assert.Equal("a.csv has no column 'x'; did you mean 'y'?", new InvalidInputException("a.csv", "has no column 'x'", "did you mean 'y'?").Message);
        Assert.Equal("Nothing is left.", new InvalidInputException("Nothing is left").Message);
    }

    [Fact]
    public void Line_breaks_become_spaces_and_numbers_are_written_alike_everywhere()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            commas.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = commas;
            Assert.Equal("a b holds 0.5.", new InvalidInputException("a\nb", $"holds {0.5}", null).Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void An_error_in_a_part_keeps_its_remedy_and_option_in_the_whole()
    {
        var inner = new InvalidInputException("its header", "is damaged", $"leave {Label} out", Label);
        var outer = inner.In("a.isth");
        Assert.Equal("a.isth: its header is damaged; leave --label out.", outer.MessageWith(name => name.CommandLine));
        Assert.Same(inner, outer.InnerException);
        Assert.Equal((Label, inner.Remedy), (outer.Option, outer.Remedy));
    }

    /// <summary>Of every kind of name one error as it is thrown: what a library user reads, and what stands on a terminal.</summary>
    [Fact]
    public void Errors_are_thrown_in_both_spellings()
    {
        using var folder = new TemporaryFolder();
        var csv = Path.Combine(folder.Path, "a.csv");
        File.WriteAllText(csv, "x,y\n1,2\n3,4\n5,6\n");
        // An option.
        Says(
            () =>
                DataSource.Load(
                    csv,
                    new()
                    {
                        Interactions = new()
                        {
                            User = "x",
                            Item = "y",
                            MinRating = 3,
                        },
                    }
                ),
            "InteractionOptions.MinRating",
            "InteractionOptions.Rating",
            "--min-rating",
            "--rating"
        );
        // One of two options, by what was given.
        Says(() => DataSource.Load("shapes", new() { Label = "class" }), "DataOptions.Label", "leave it out", "--label", "leave it out");
        // A setting, its value and a preset.
        Says(
            () => ModelSpecification.Resolve("ae", new VectorSchema(["x", "y"]), [new("latent", "2")], TrainingSettings.All),
            "Latent = 2",
            "Autoencoders.Vae",
            "latent=2",
            "--model vae"
        );
        // A setting whose value is out of range.
        Says(
            () => ModelSpecification.Resolve("vae", new VectorSchema(["x", "y"]), [new("batch-size", "-1")], TrainingSettings.All),
            "BatchSize = -1",
            "give a whole number",
            "batch-size=-1",
            "give a whole number"
        );
    }

    private static void Says(Action wrong, string member, string otherMember, string flag, string otherFlag)
    {
        var error = Assert.Throws<InvalidInputException>(wrong);
        var onCommandLine = error.MessageWith(name => name.CommandLine);
        Assert.Contains(member, error.Message, StringComparison.Ordinal);
        Assert.Contains(otherMember, error.Message, StringComparison.Ordinal);
        Assert.Contains(flag, onCommandLine, StringComparison.Ordinal);
        Assert.Contains(otherFlag, onCommandLine, StringComparison.Ordinal);
        Assert.DoesNotContain("--", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Remedy);
        Assert.NotNull(error.Option);
    }
}
