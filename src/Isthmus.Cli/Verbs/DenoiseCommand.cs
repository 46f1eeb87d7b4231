using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Codes;
using Isthmus.Photographs;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus denoise</c>: restored records.</summary>
internal static class DenoiseCommand
{
    private static readonly Option<bool?> AddNoise = new("--add-noise")
    {
        Description = "Corrupt the data first, as in training; for clean data. Default: only for the data that the model was trained on.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "true|false",
    };

    private static readonly Option<string?> Clean = new("--clean")
    {
        Description = "The same records without noise, in the same order, to measure errors against.",
        HelpName = "data",
    };
    private static readonly Option<string?> Sigma = new("--sigma")
    {
        Description =
            "Photographs: level of their noise, such as 25: standard deviation of pixels of 0 to 255; jpeg: 100 - quality; two levels joined by a comma for "
            + "poisson-gaussian. Default: estimated.",
        HelpName = "level",
    };
    private static readonly Option<string?> Page = new("--html") { Description = "Photographs: page of before and after to write.", HelpName = "file" };
    private static readonly Option<int> Count = CommonOptions.Whole("--count", "Images in the grid", 10, 1);
    private static readonly Option<DataPart?> Part = ModelArguments.PartOption();

    public static Command Create()
    {
        DataArguments? data = null;
        ModelArguments? model = null;
        RecordOutput? output = null;
        var verb = new Verb(
            "denoise",
            "Restore noisy photographs of any size, or records: a grid of clean (where known), noisy and restored images, or a table.",
            "isthmus denoise photo.jpg --html before-after.html",
            session => Run(session, data!, model!, output!)
        );
        data = DataArguments.AddTo(verb);
        model = ModelArguments.AddTo(
            verb,
            "Model file (model.isthmus), or the folder of its run. Default, for photographs: the denoiser that ships with isthmus.",
            isRequired: false
        );
        output = RecordOutput.AddTo(verb);
        foreach (var option in (Option[])[AddNoise, Clean, Count, Part, Sigma, Page])
            verb.Add(option);
        return verb;
    }

    private static void Run(Session session, DataArguments arguments, ModelArguments model, RecordOutput output)
    {
        var manifest = model.IsGiven(session) ? model.Manifest(session) : null;
        if (manifest is null || PhotographDenoiser.IsOne(manifest))
        {
            var (file, each) = output.Paths(session);
            if (session.Get(Clean) is not null || session.Get(AddNoise) == true || session.Get(Part) is not null)
                throw new InvalidInputException("--clean, --add-noise and --part are for models of pictures of one size; leave them out.");
            var path = manifest is null ? null : model.Path(session);
            PhotographDenoising.Run(session, arguments.Name(session), path, session.Get(Sigma), file, each, session.Get(Page));
            return;
        }
        if (session.Get(Sigma) is not null || session.Get(Page) is not null)
            throw new InvalidInputException(
                $"--sigma and --html are for models of photographs, and this is {manifest.Preset}; leave them out, or take a model of denoiser."
            );
        output.Check(session, manifest.Schema);
        var cleanName = session.Get(Clean);
        var addNoise = session.Get(AddNoise) ?? (cleanName is null && ModelData.IsTrainingData(arguments.Name(session), manifest.Provenance));
        if (addNoise && cleanName is not null)
            throw new InvalidInputException("--clean says that the data are noisy, and --add-noise that they are clean; give one of the two.");
        var (data, _, part) = arguments.For(manifest, session, session.Get(Part));
        var clean = cleanName is null
            ? (addNoise ? data : null)
            : session.Detached(() =>
                ModelData
                    .Load(manifest, cleanName, arguments.Options(session), session.Get(Part), whole: part is null, session.Downloads, session.CancellationToken)
                    .Records
            );
        // Without clean records there is nothing to measure, and what is not written need not be computed.
        if (clean is null && !output.WantsAll(session, manifest.Schema) && session.Get(Count) < data.Count)
            data = data.Select([.. Enumerable.Range(0, session.Get(Count))]);
        var denoised = session.Compute(model.Path(session), (trained, device) =>
            addNoise
                ? Denoising.CorruptAndRestore(trained, data, session.Seed, device, session.CancellationToken)
                : Denoising.Restore(trained, data, clean, device, session.CancellationToken)
        );

        var shown = session.Get(Count);
        RecordValues[] rows = [denoised.Noisy.Take(shown), denoised.Restored.Take(shown)];
        if (clean is not null)
            rows = [RecordValues.Of(clean.Select([.. Enumerable.Range(0, Math.Min(shown, clean.Count))])), .. rows];
        output.Write(session, rows, denoised.Restored, data.RecordNames, data.LabelColumns());
        session.Result(
            Lines(session, output, denoised),
            [
                new("verb", "denoise"),
                new("data", data.Name),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("records", data.Count),
                new("part", part),
                new("added_noise", addNoise),
                .. Errors(denoised),
                new("model_path", model.Path(session)),
                .. output.Json(session),
            ]
        );
    }

    private static IEnumerable<string> Lines(Session session, RecordOutput output, Denoising denoised)
    {
        yield return output.Words(session, denoised.Restored, "restored", session.Get(Count));
        if (denoised.Errors is not { } errors)
            yield break;
        if (errors.NoisyPsnrDb is { } noisy && errors.RestoredPsnrDb is { } restored)
            yield return $"  PSNR of the noisy images {NumberText.Of(noisy.Value, noisy.StandardError)} dB, of the restored ones "
                + $"{NumberText.Of(restored.Value, restored.StandardError)} dB";
        else
            yield return $"  mean squared error of the noisy records {NumberText.Of(errors.NoisySquared.Value, errors.NoisySquared.StandardError)}, of the "
                + $"restored ones {NumberText.Of(errors.RestoredSquared.Value, errors.RestoredSquared.StandardError)} standard deviations squared";
    }

    private static IEnumerable<KeyValuePair<string, object?>> Errors(Denoising denoised)
    {
        if (denoised.Errors is not { } errors)
            yield break;
        foreach (var (key, estimate) in new[] { ("noisy_mse", errors.NoisySquared), ("denoised_mse", errors.RestoredSquared) })
        {
            yield return new(key, estimate.Value);
            yield return new($"{key}_standard_error", estimate.StandardError);
        }
        foreach (var (key, estimate) in new[] { ("noisy_psnr_db", errors.NoisyPsnrDb), ("denoised_psnr_db", errors.RestoredPsnrDb) })
        {
            if (estimate is not { } psnr)
                continue;
            yield return new(key, psnr.Value);
            yield return new($"{key}_standard_error", psnr.StandardError);
        }
    }
}
