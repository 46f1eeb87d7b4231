using System.Globalization;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Photographs;
using Isthmus.Pretrained;
using Isthmus.Reporting.Pages;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus denoise</c> for photographs of any size: a file, or a folder of them.</summary>
internal static class PhotographDenoising
{
    // Pictures of a page are held until it is written.
    private const int MostOnPage = 24;

    /// <summary>Restores the photographs, each to a file of its own.</summary>
    /// <param name="session">The command.</param>
    /// <param name="data">A file or a folder.</param>
    /// <param name="modelPath">The model; null for the one that ships.</param>
    /// <param name="sigma">Levels of the noise, joined by commas; null to estimate them.</param>
    /// <param name="output">File to write; null for one beside the photograph.</param>
    /// <param name="each">Folder to write to; null for one beside the folder.</param>
    /// <param name="page">Page to write; null for none.</param>
    public static void Run(Session session, string data, string? modelPath, string? sigma, string? output, string? each, string? page)
    {
        var levels = sigma is null ? null : Levels(sigma);
        var isFolder = Directory.Exists(data);
        if (!isFolder && !File.Exists(data))
            throw new InvalidInputException(
                $"'{data}'",
                "is no file or folder",
                modelPath is null ? "give a photograph, a folder of them, or with -m the model of other records" : "give a photograph, or a folder of them"
            );
        if (isFolder && output is not null)
            throw new InvalidInputException($"{data} is a folder, and -o names one file; give --each folder.");
        string[] names = isFolder ? ImageFolderReader.Names(data, ImageFolderReader.IsImage) : [Path.GetFileName(data)];
        if (names.Length == 0)
            throw new InvalidInputException(data, "holds no images", "put .png, .jpg or .webp files there");
        if (page is not null && names.Length > MostOnPage)
            throw new InvalidInputException($"--html shows at most {MostOnPage} photographs, and {data} holds {names.Length}; leave it out, or give fewer.");
        var folder = each ?? (isFolder ? $"{Path.TrimEndingDirectorySeparator(data)}.denoised" : null);
        (string From, string To)[] files =
        [
            .. names.Select(name =>
                (
                    isFolder ? Path.Combine(data, name) : data,
                    output
                        ?? (
                            folder is null
                                ? $"{Path.ChangeExtension(data, null)}.denoised{PhotographFile.ExtensionFor(name)}"
                                : Path.Combine(folder, Path.ChangeExtension(name, PhotographFile.ExtensionFor(name)))
                        )
                )
            ),
        ];
        foreach (var (_, to) in files)
        {
            PhotographFile.CheckName(to);
            session.CheckOutput(to);
        }
        if (files.GroupBy(file => file.To, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidInputException(
                $"{twice.Key} would be written twice, of {string.Join(" and ", twice.Select(file => file.From))}; rename one of them."
            );
        if (modelPath is null)
            session.NoteLater("model: the denoiser that ships with isthmus, for Gaussian noise; --model takes another.");
        Func<TrainedModel> load = modelPath is null ? PretrainedModels.Denoiser : () => TrainedModel.Load(modelPath);
        List<string> lines = [];
        List<OrderedDictionary<string, object?>> results = [];
        session.Progress.Show(report => session.Compute(load, (model, _) =>
            {
                var denoiser = new PhotographDenoiser(model);
                List<(Photograph, DenoisedPhotograph)> pairs = [];
                foreach (var (place, (from, to)) in files.Index())
                {
                    var noisy = Photograph.Load(from);
                    var progress = new ImmediateProgress<double>(done => report((place + done) / files.Length, $"{place + 1}/{files.Length}  {from}"));
                    var denoised = denoiser.Denoise(noisy, levels, progress, session.CancellationToken);
                    denoised.Restored.Save(to);
                    if (page is not null)
                        pairs.Add((noisy, denoised));
                    lines.Add($"{to}  ({Words(noisy, denoised)})");
                    if (noisy.IsAnimated)
                        session.NoteLater($"{from}: an animation; its first frame is restored.");
                    if (denoiser.Trained is { } range && denoised.Levels.Any(level => level > range.Most))
                        session.NoteLater($"{from}: its noise is above {NumberText.Of(range.Most)}, the most that the model was trained for.");
                    results.Add(
                        new()
                        {
                            ["input_path"] = from,
                            ["output_path"] = to,
                            ["width_pixels"] = noisy.Size.Width,
                            ["height_pixels"] = noisy.Size.Height,
                            ["bits"] = noisy.Bits,
                            ["noise_levels_of_255"] = denoised.Levels,
                            ["noise_estimated"] = denoised.AreEstimated,
                        }
                    );
                }
                if (page is not null)
                    BeforeAfterPage.Write(page, pairs);
                return true;
            }));
        session.Result(
            page is null ? lines : [.. lines, $"before and after: {page}"],
            [new("verb", "denoise"), new("data", data), new("model_path", modelPath ?? "shipped"), new("photographs", results), new("html_path", page)]
        );
    }

    private static string Words(Photograph noisy, DenoisedPhotograph denoised)
    {
        var levels = string.Join(" and ", denoised.Levels.Select(level => NumberText.Of(level, 3)));
        var noise = denoised.Levels.Count == 0 ? "" : $", noise {levels} of 255{(denoised.AreEstimated ? ", estimated" : "")}";
        return $"{noisy.Size.Width} x {noisy.Size.Height} pixels, {noisy.Bits} bits{noise}";
    }

    private static double[] Levels(string text)
    {
        var parts = text.Split(',');
        var levels = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out levels[i]) || !(levels[i] is >= 0 and <= 255))
                throw new InvalidInputException($"--sigma {text}: expected a number from 0 to 255, such as 25, or two joined by a comma.");
        return levels;
    }
}
