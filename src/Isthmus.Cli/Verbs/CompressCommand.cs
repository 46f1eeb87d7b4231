using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;
using Isthmus.Compression.Integer;
using Isthmus.Models.Bottlenecks;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus compress</c>: files to an archive.</summary>
internal static class CompressCommand
{
    private const int UsualRun = 64;

    private static readonly Argument<string[]> Inputs = new("input")
    {
        Description =
            "Files and folders: pictures come back as PNG with the same pixels (of image-codec: about the same), text and everything else byte for byte.",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "Archive to write, such as digits.isth.",
        Required = true,
        HelpName = "file",
    };
    private static readonly Option<int> Block = CommonOptions.Whole(
        "--block",
        "Records (of text, lines) per block: more make smaller archives; fewer make single records faster to read, and damage costs fewer",
        1000,
        1
    );
    private static readonly Option<int> RunLength = CommonOptions.Whole(
        "--run",
        "Records that share a message (method qlat), a power of two: reading one decodes its run; 1 makes each readable alone, for some 10 bits a record",
        UsualRun,
        1
    );
    private static readonly Option<bool> Outside = new("--model-outside")
    {
        Description = "Leave the model out of the archive; decompress then needs the file of 'isthmus export'.",
    };
    private static readonly Option<bool> Binarise = new("--binarise")
    {
        Description = "Make 8-bit pixels black or white at random (--seed), white with probability value / 255. The original pixels do not come back.",
    };

    private static readonly Option<double?> Quality = new("--quality")
    {
        Description = "Quality of photographs, from 0 (fewest bytes) to 1, with a model of image-codec. Default: 0.5.",
        HelpName = "q",
    };

    private static readonly Option<string?> Page = new("--html")
    {
        Description = "Photographs: page to write of bits a pixel and PSNR beside JPEG and WebP, at any quality, with parts of pictures and where the bits go.",
        HelpName = "file",
    };

    private static readonly Option<CompressionMethod> Method = new("--method")
    {
        Description = $"Method for blocks: {CommonOptions.Words<CompressionMethod>()}. Default: auto, the smallest of each block.",
        HelpName = "method",
        CustomParser = result => CommonOptions.Word<CompressionMethod>(result, "--method", CommonOptions.Words<CompressionMethod>()) ?? default,
    };

    public static Command Create()
    {
        IntegerModelArguments? model = null;
        var verb = new Verb(
            "compress",
            "Compress files with a trained model into an archive that decodes to the same data on every machine.",
            "isthmus compress digits/*.png -m runs/mnist-vae-conv -o digits.isth",
            session => Run(session, model!)
        )
        {
            ComputesOnCpu = true,
        };
        verb.Add(Inputs);
        model = IntegerModelArguments.AddTo(verb);
        foreach (var option in (Option[])[Output, Quality, Page, Block, RunLength, Method, Outside, Binarise])
            verb.Add(option);
        return verb;
    }

    private static void Run(Session session, IntegerModelArguments arguments)
    {
        var path = session.Get(Output);
        if (Directory.Exists(path))
            throw new InvalidInputException($"{path} is a folder; -o is the archive's own name, such as {Path.Combine(path, "data.isth")}.");
        var run = session.Get(RunLength);
        if (!int.IsPow2(run) || run > IntegerModel.LongestRun)
            throw new InvalidInputException($"--run {run}: expected 1, 2, 4, ... or {IntegerModel.LongestRun} records that share a message.");
        var isLossless = arguments.IsGiven(session) && arguments.IsLosslessCodec(session);
        if (!arguments.IsGiven(session) || isLossless || arguments.IsCodec(session))
        {
            if (session.Get(Binarise) || session.Get(Method) != CompressionMethod.Auto)
                throw new InvalidInputException("--binarise and --method are for lossless archives of records; leave them out with a model of photographs.");
            if (isLossless)
                RefuseQuality(session, arguments);
            PhotographCompression.Run(
                session,
                session.Get(Inputs),
                arguments.IsGiven(session) ? arguments.Path(session) : null,
                isLossless ? null : session.Get(Quality) ?? HyperpriorBottleneck.UsualQuality,
                path,
                session.Get(Outside),
                session.Get(Page)
            );
            return;
        }
        RefuseQuality(session, arguments);
        if (arguments.IsOfLines(session))
        {
            if (session.Get(Binarise) || session.Get(Method) != CompressionMethod.Auto || run != UsualRun)
                throw new InvalidInputException("--binarise, --method and --run are for archives of pictures; leave them out with a model of lines.");
            TextCompression.Run(
                session,
                session.Get(Inputs),
                arguments.Path(session),
                arguments.LoadLines(session),
                path,
                session.Get(Block),
                session.Get(Outside)
            );
            return;
        }
        var schema = session.Detached(() => arguments.Schema(session));
        var (content, notes) = session.Detached(() =>
            InputFiles.Read(session.Get(Inputs), schema, session.Get(Binarise) ? session.Seed : null, session.CancellationToken)
        );
        foreach (var note in notes)
            session.Note(note.OnCommandLine());
        var loaded = arguments.Load(session);
        if (session.Get(Method) == CompressionMethod.Bbans && !loaded.HasBitsBack)
            throw new InvalidInputException(
                $"--method bbans: the codes of {arguments.Path(session)} are certain given a record, so that no bits come back; take --method qlat."
            );
        // To read quantised latents nobody needs the encoder network; a model that stays outside is the file of 'isthmus export', whole.
        var model =
            (session.Get(Method) == CompressionMethod.Qlat || !loaded.HasBitsBack) && !session.Get(Outside)
                ? ArchiveModel.OfQuantisedLatents(loaded, run)
                : ArchiveModel.Of(loaded, run);
        var written = session.Progress.Show(report =>
            ArchiveWriter.Write(
                path,
                content,
                model,
                new()
                {
                    RecordsPerBlock = session.Get(Block),
                    Method = session.Get(Method),
                    ModelOutside = session.Get(Outside),
                    Threads = session.Threads,
                },
                new RecordProgress(report, "compressed", content.Records),
                session.CancellationToken
            )
        );
        NoteFailures(session, written);
        var pixels = content.Entries.Sum(entry => entry.Size(content.RecordBytes));
        var isOutside = session.Get(Outside) && written.UsesModel;
        var place = isOutside ? "outside" : $"{NumberText.Of(written.ModelBytes)} bytes in the archive";
        const string unused = "; no block uses the model, so it is left out";
        var bitsPerDim = 8.0 * (written.Bytes - written.ModelBytes) / ((double)content.Records * content.RecordBytes);
        session.Result(
            [
                $"{path}: {NumberText.Of(written.Bytes)} bytes for {Counted.Of(content.Records, "record")} in {Counted.Of(content.Entries.Count, "file")} of "
                    + $"{NumberText.Of(content.GivenBytes)} "
                    + $"bytes{(written.Bytes < content.GivenBytes ? "" : ": the archive is no smaller than the files")}",
                $"  {NumberText.Of(bitsPerDim)} bits a "
                    + $"pixel{(written.UsesModel ? $" without the model ({place}, SHA-256 {Convert.ToHexStringLower(model.Hash)[..16]}...)" : unused)}",
                $"  blocks: {string.Join(", ", written.Blocks.OrderBy(block => block.Key).Select(block => $"{block.Value} {Name(block.Key)}"))}; 'isthmus info "
                    + $"{path}' shows where the bits went",
            ],
            [
                new("verb", "compress"),
                new("model", arguments.Path(session)),
                new("seed", session.Seed),
                new("files", content.Entries.Count),
                new("records", content.Records),
                new("record_bytes", content.RecordBytes),
                new("given_bytes", content.GivenBytes),
                new("raw_bytes", pixels),
                new("archive_bytes", written.Bytes),
                new("pays", written.Bytes < content.GivenBytes),
                new("model_used", written.UsesModel),
                new("model_bytes", written.ModelBytes),
                new("model_outside", isOutside),
                new("model_sha256", written.UsesModel ? Convert.ToHexStringLower(model.Hash) : null),
                new("bits_per_dim_without_model", double.IsFinite(bitsPerDim) ? bitsPerDim : null),
                new("block_records", session.Get(Block)),
                new("run_records", run),
                new("method", session.Get(Method)),
                new("binarisation_seed", content.BinarisationSeed),
                new("blocks", written.Blocks.ToDictionary(block => Name(block.Key), block => block.Value)),
                new("notes", notes.Select(note => note.OnCommandLine())),
                new("output_path", path),
            ]
        );
    }

    private static void RefuseQuality(Session session, IntegerModelArguments arguments)
    {
        if (session.Get(Page) is not null)
            throw new InvalidInputException(
                $"--html is a page of photographs, and {arguments.Path(session)} compresses without loss; leave it out, or take a model of image-codec."
            );
        if (session.Get(Quality) is { } quality)
            throw new InvalidInputException(
                $"--quality {quality}: {arguments.Path(session)} compresses without loss; leave it out, or take a model of image-codec."
            );
    }

    /// <summary>Says how often a codec did not give back what it was given.</summary>
    internal static void NoteFailures(Session session, ArchiveWritten written)
    {
        if (written.Failures > 0)
            session.Note(
                $"{written.Failures} times a block did not come back from a codec and was stored in another way; this is a fault of Isthmus, and the archive "
                    + $"is whole."
            );
    }

    /// <summary>A block's type as <c>--method</c> names it.</summary>
    internal static string Name(BlockType type) =>
        type switch
        {
            BlockType.QuantisedLatent => "qlat",
            BlockType.BitsBack => "bbans",
            _ => type.ToString().ToLowerInvariant(),
        };
}

/// <summary>Shows the number of records done, as a bar or in lines; nothing for work that is over in a moment.</summary>
internal sealed class RecordProgress(ProgressDisplay.Report report, string done, int total) : IProgress<int>
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private readonly long _start = TimeProvider.System.GetTimestamp();

    /// <summary>Name of what is counted, in the plural.</summary>
    public string Unit { get; init; } = "records";

    public void Report(int value)
    {
        if (TimeProvider.System.GetElapsedTime(_start) > Moment)
            report((double)value / Math.Max(1, total), $"{done} {NumberText.Of(value)} of {NumberText.Of(total)} {Unit}");
    }
}
