using static System.FormattableString;

namespace Isthmus;

/// <summary>The options that errors and notes speak of, as C# and the command line spell them. A test looks each of them up in both.</summary>
internal static class OptionNames
{
    // How data are read.
    public static readonly ApiName Size = new("DataOptions.Size", "--size");
    public static readonly ApiName Grey = new("DataOptions.Grey", "--grey");
    public static readonly ApiName Depth = new("DataOptions.Depth", "--depth");
    public static readonly ApiName Crop = new("DataOptions.Crop", "--crop");
    public static readonly ApiName Array = new("DataOptions.Array", "--array");
    public static readonly ApiName Label = new("DataOptions.Label", "--label");
    public static readonly ApiName Columns = new("DataOptions.Columns", "--columns");
    public static readonly ApiName Stream = new("DataOptions.Stream", "--stream");
    public static readonly ApiName Targets = new("DataOptions.Targets", "--target-activations");
    public static readonly ApiName Header = new("TableReading.Header", "--header");
    public static readonly ApiName Missing = new("TableReading.Missing", "--missing");
    public static readonly ApiName Decimal = new("TableReading.Decimal", "--decimal");
    public static readonly ApiName Dates = new("TableReading.Dates", "--dates");
    public static readonly ApiName Time = new("TableOptions.Time", "--time");
    public static readonly ApiName Window = new("TableOptions.Window", "--window");
    public static readonly ApiName User = new("InteractionOptions.User", "--user");
    public static readonly ApiName Item = new("InteractionOptions.Item", "--item");
    public static readonly ApiName Rating = new("InteractionOptions.Rating", "--rating");
    public static readonly ApiName TimeOfInteraction = new("InteractionOptions.Time", "--time");
    public static readonly ApiName MinRating = new("InteractionOptions.MinRating", "--min-rating");
    public static readonly ApiName MinPerUser = new("InteractionOptions.MinPerUser", "--min-per-user");
    public static readonly ApiName MinPerItem = new("InteractionOptions.MinPerItem", "--min-per-item");
    public static readonly ApiName Text = new("DocumentOptions.Text", "--text");
    public static readonly ApiName Vocabulary = new("DocumentOptions.Vocabulary", "--vocabulary");
    public static readonly ApiName StopWords = new("DocumentOptions.StopWords", "--stop-words");
    public static readonly ApiName MinDocuments = new("DocumentOptions.MinDocuments", "--min-documents");
    public static readonly ApiName MaxShare = new("DocumentOptions.MaxShare", "--max-document-share");
    public static readonly ApiName Tokens = new("LineOptions.Tokens", "--tokens");
    public static readonly ApiName MaxTokens = new("LineOptions.MaxTokens", "--max-tokens");
    public static readonly ApiName LineLength = new("LineOptions.Length", "--line-length");
    public static readonly ApiName Masks = new("LineOptions.Masks", "--masks");
    public static readonly ApiName RecordStart = new("LineOptions.RecordStart", "--record-start");
    public static readonly ApiName Lines = new("DataOptions.Lines", "--lines");

    // What is measured in a table.
    public static readonly ApiName X = new("x", "--x");
    public static readonly ApiName Y = new("y", "--y");
    public static readonly ApiName Given = new("given", "--given");
    public static readonly ApiName Discrete = new("discrete", "--discrete");
    public static readonly ApiName Continuous = new("continuous", "--continuous");
    public static readonly ApiName Estimator = new("MeasureOptions.Estimator", "--estimator");
    public static readonly ApiName Ranked = new("MeasureOptions.Ranked", "--ranks");
    public static readonly ApiName AsBytes = new("ByteInformation.Of", "--as bytes");

    // Archives.
    public static readonly ApiName Compress = new("ArchiveWriter", "'isthmus compress'");
    public static readonly ApiName KeepGoing = new("ArchiveReading.KeepGoing", "--keep-going");
    public static readonly ApiName ArchiveModel = new("ArchiveReading.Model", "-m");
    public static readonly ApiName Force = new("ExtractionOptions.Force", "--force");
    public static readonly ApiName Quality = new("quality", "--quality");
    public static readonly ApiName Binarise = new("binarisationSeed", "--binarise");

    // Models and what is done with them.
    public static readonly ApiName Seed = new("TrainingOptions.Seed", "--seed");
    public static readonly ApiName SplitSeed = new("TrainingOptions.SplitSeed", "--split-seed");
    public static readonly ApiName From = new("TrainingOptions.From", "--from");
    public static readonly ApiName Resume = new("TrainingOptions.Resume", "--resume");
    public static readonly ApiName Folder = new("TrainingOptions.Folder", "--name");
    public static readonly ApiName MlflowServer = new("MlflowTracker.Server", "--mlflow-url");
    public static readonly ApiName Device = new("device", "--device");
    public static readonly ApiName Score = new("ScoreOptions.Kind", "--score");
    public static readonly ApiName Samples = new("EvaluationOptions.Samples", "--samples");
    public static readonly ApiName Reference = new("EvaluationOptions.ReferenceHash", "--reference");
    public static readonly ApiName Target = new("target", "--target");
    public static readonly ApiName ChosenLabel = new("label", "--label");
    public static readonly ApiName CodesOf = new("CodeMixture.Of", "--codes-of");
    public static readonly ApiName Components = new("components", "--components");
    public static readonly ApiName Part = new("part", "--part");
    public static readonly ApiName ExportData = new("calibration", "'isthmus export --data'");
    public static readonly ApiName Encode = new("Encoding", "'isthmus encode'");
    public static readonly ApiName Levels = new("levels", "--sigma");
    public static readonly ApiName Varied = new("SweepGrid.Values", "--set");
    public static readonly ApiName Fixed = new("SweepDefinition.Fixed", "--fix");
    public static readonly ApiName Seeds = new("SweepGrid.Seeds", "--seeds");

    // Settings that have an option of the command line to themselves, besides --set.
    private static readonly string[] OfItsOwn = ["net", "latent", "target", "epochs", "precision"];

    /// <summary>The preset of that name: <c>Autoencoders.TableVae</c>, <c>--model table-vae</c>.</summary>
    public static ApiName Model(string preset) => new($"Autoencoders.{InCSharp(preset)}", $"--model {preset}");

    /// <summary>A setting of a model or of training: <c>BatchSize</c>, <c>batch-size</c>.</summary>
    public static ApiName Key(string key) => new(InCSharp(key), key);

    /// <summary>A setting and its value: <c>BatchSize = 64</c>, <c>batch-size=64</c>.</summary>
    public static ApiName Value(string key, object? value) => new(Invariant($"{InCSharp(key)} = {value}"), Invariant($"{key}={value}"));

    /// <summary>A setting as it is given: <c>BatchSize</c>, <c>--set batch-size</c>; <c>Latent</c>, <c>--latent</c>.</summary>
    public static ApiName Give(string key) => new(InCSharp(key), OfItsOwn.Contains(key) ? $"--{key}" : $"--set {key}");

    /// <summary>A setting as a value is given to it: <c>BatchSize = 64</c>, <c>--set batch-size=64</c>; <c>Latent = 20</c>, <c>--latent 20</c>.</summary>
    public static ApiName Give(string key, object? value) =>
        new(Invariant($"{InCSharp(key)} = {value}"), OfItsOwn.Contains(key) ? Invariant($"--{key} {value}") : Invariant($"--set {key}={value}"));

    // The one place of a model whose key is an abbreviation.
    private static string InCSharp(string key) =>
        key == "net" ? "Network" : string.Concat(key.Split('-').Select(word => $"{char.ToUpperInvariant(word[0])}{word[1..]}"));
}
