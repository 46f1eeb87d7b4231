using System.CommandLine;
using System.Globalization;
using Isthmus.Cli.Arguments;
using Isthmus.Compression.Archive;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus decompress</c>: an archive to files.</summary>
internal static class DecompressCommand
{
    private static readonly Argument<string> Archive = new("archive") { Description = "Archive written by 'isthmus compress'." };
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "Folder for the files.",
        Required = true,
        HelpName = "folder",
    };
    private static readonly Option<string?> Only = new("--only")
    {
        Description = "Extract one file by name, or one record (of text, one block of lines) by number from 0; other blocks are not read.",
        HelpName = "name|i",
    };
    private static readonly Option<string?> Scale = new("--scale")
    {
        Description = "Write photographs of image-codec at 1/2, 1/4, 1/8 or 1/16 of their height and width, without making the whole.",
        HelpName = "1/n",
    };
    private static readonly Option<bool> KeepGoing = new("--keep-going")
    {
        Description = "Recover what is intact of a damaged archive, and list what is lost (exit code 1).",
    };
    private static readonly Option<string?> Model = ModelOption();

    /// <summary>The model of an archive that does not hold it.</summary>
    public static Option<string?> ModelOption() =>
        new("--model", "-m") { Description = "Model file of 'isthmus export', where the archive does not hold the model or it is damaged.", HelpName = "file" };

    public static Command Create()
    {
        var verb = new Verb("decompress", "Extract the files of an archive, every byte checked.", "isthmus decompress digits.isth -o digits/", Run)
        {
            ComputesOnCpu = true,
        };
        verb.Add(Archive);
        foreach (var option in (Option[])[Output, Only, Scale, KeepGoing, OutputPaths.Force, Model])
            verb.Add(option);
        return verb;
    }

    /// <summary>Opens an archive with the model that was given.</summary>
    public static ArchiveReader Open(string path, string? modelPath, bool keepGoing) =>
        ArchiveReader.Open(
            path,
            new()
            {
                KeepGoing = keepGoing,
                Model = modelPath is null ? null : IntegerModelArguments.Read(modelPath),
                KnownModels = PhotographCompression.Shipped,
            }
        );

    private static void Run(Session session)
    {
        var folder = session.Get(Output);
        if (File.Exists(folder))
            throw new InvalidInputException($"{folder} is a file; -o is the folder that gets the files.");
        using var archive = Open(session.Get(Archive), session.Get(Model), session.Get(KeepGoing));
        var extracted = session.Progress.Show(report =>
        {
            var extraction = new Extraction(
                archive,
                folder,
                new()
                {
                    Force = session.Get(OutputPaths.Force),
                    Kept = session.Reads,
                    Threads = session.Threads,
                    Photographs = PhotographCompression.Decoder(session, archive, Fraction(session.Get(Scale), archive)),
                }
            );
            var progress = new RecordProgress(report, "decompressed", archive.Header.Records) { Unit = $"{archive.Header.Unit}s" };
            return session.Get(Only) is { } only
                ? One(archive, extraction, only, progress, session.CancellationToken)
                : extraction.All(progress, session.CancellationToken);
        });
        string[] lost = [.. archive.Damage, .. extracted.Lost];
        if (extracted.Lost.Count > 0)
            session.ExitCode = ExitCodes.Failed;
        session.Result(
            [
                $"{folder}: {Counted.Of(extracted.Files.Count, "file")}, "
                    + $"{Counted.Of(extracted.Records, archive.Header.Unit)}{(lost.Length == 0 ? ", every byte checked" : "; of the rest:")}"
                    + (PhotographCompression.HasLoss(archive.Header) ? "; photographs were coded with loss" : ""),
                .. lost.Select(line => $"  {line}"),
            ],
            [
                new("verb", "decompress"),
                new("archive", archive.Name),
                new("files", extracted.Files.Count),
                new("records", extracted.Records),
                new("damage", archive.Damage),
                new("lost", extracted.Lost),
                new("output_path", folder),
            ]
        );
    }

    private static int Fraction(string? scale, ArchiveReader archive)
    {
        if (scale is null)
            return 1;
        if (!archive.Header.Features.HasFlag(ArchiveFeatures.Photographs))
            throw new InvalidInputException($"--scale {scale}: {archive.Name} holds no photograph of image-codec; leave it out.");
        if (archive.Header.Features.HasFlag(ArchiveFeatures.LosslessPhotographs))
            throw new InvalidInputException($"--scale {scale}: {archive.Name} has photographs coded without loss, which come back whole; leave it out.");
        var fraction = Array.IndexOf(["1/1", "1/2", "1/4", "1/8", "1/16"], scale);
        return fraction >= 0 ? 1 << fraction : throw new InvalidInputException($"--scale {scale}: expected 1/2, 1/4, 1/8 or 1/16.");
    }

    private static Extracted One(ArchiveReader archive, Extraction extraction, string only, IProgress<int> progress, CancellationToken cancellationToken)
    {
        var entry = archive.Entries.FirstOrDefault(entry => entry.Name == only) ?? archive.Entries.FirstOrDefault(entry => entry.OutputName == only);
        if (entry is not null)
            return extraction.File(entry, progress, cancellationToken);
        if (int.TryParse(only, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return archive.Header.IsText ? extraction.Block(index) : extraction.Record(index);
        var near = NearestName.Of(only, archive.Entries.Take(10_000).Select(entry => entry.OutputName));
        throw new InvalidInputException(
            $"{archive.Name} has no file '{only}'; "
                + $"{(near is null ? "'isthmus info' lists its first files, and a number takes one record" : $"did you mean '{near}'?")}"
        );
    }
}
