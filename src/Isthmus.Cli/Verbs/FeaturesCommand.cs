using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Codes;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Dictionaries;
using Isthmus.Reporting.Pages;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus features</c>: a page of the features of a sparse dictionary.</summary>
internal static class FeaturesCommand
{
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "File for the page (.html).",
        Required = true,
        HelpName = "file",
    };
    private static readonly Option<string?> Records = new("--records")
    {
        Description =
            "Records that the activations are of, in their order: pictures, rows or texts, shown where features are strongest; options of reading are "
            + "theirs. Default: rows by number.",
        HelpName = "name|path",
    };
    private static readonly Option<int> Top = CommonOptions.Whole("--top", "Records shown for each feature", 8, 1).AtMost(1000);
    private static readonly Option<int> Most = CommonOptions.Whole(
        "--features",
        "Features on the page, those with the largest sum of squared strengths",
        FeaturePage.UsualFeatures,
        1
    );
    private static readonly Option<double?> Dense = CommonOptions.OptionalNumber(
        "--dense",
        "Fraction of rows, 0 to 1, above which a feature counts as dense. Default: 0.1"
    );
    private static readonly Option<DataPart?> Part = ModelArguments.PartOption();

    public static Command Create()
    {
        DataArguments? data = null;
        ModelArguments? model = null;
        var verb = new Verb(
            "features",
            "Write a page of a sparse dictionary's features: frequency, strengths, strongest records, similar features, dead and dense ones.",
            "isthmus features h.npy -m runs/h-top-k-sae --records shapes -o features.html",
            session => Run(session, data!, model!)
        );
        data = DataArguments.AddTo(verb);
        model = ModelArguments.AddTo(verb);
        foreach (var option in (Option[])[Output, Records, Top, Most, Dense, Part])
            verb.Add(option);
        return verb;
    }

    private static void Run(Session session, DataArguments arguments, ModelArguments model)
    {
        var (output, manifest) = (session.Get(Output), model.Manifest(session));
        if (session.Get(Dense) is < 0 or > 1)
            throw new InvalidInputException($"--dense {session.Get(Dense)}", "is no fraction", "give one from 0 to 1");
        var reading = arguments.Options(session);
        var shown = session.Get(Records) is { } name ? session.Detached(() => Read(session, name, reading)) : null;
        // Options of reading, and the part, are those of the records where there are any.
        var data = shown is null
            ? arguments.For(manifest, session, session.Get(Part), whole: true)
            : session.Detached(() =>
                ModelData.Load(
                    manifest,
                    arguments.Name(session),
                    new DataOptions { Stream = reading.Stream },
                    whole: true,
                    progress: session.Downloads,
                    cancellationToken: session.CancellationToken
                )
            );
        if (shown is not null && data.Records.Count % shown.Data.Count != 0)
            throw new InvalidInputException(
                $"{data.Records.Name} with {NumberText.Of(data.Records.Count)} rows",
                $"is not of {Counted.Of(shown.Data.Count, shown.Data.Schema.Noun)} of {shown.Data.Name}: rows are no multiple of them",
                "give the records, and the part of them, that it was made of"
            );
        var options = new FeatureOptions
        {
            TopRecords = session.Get(Top),
            RowsPerRecord = shown is null ? 1 : data.Records.Count / shown.Data.Count,
            DenseAbove = session.Get(Dense) ?? new FeatureOptions().DenseAbove,
        };
        var features = session.Progress.Show(report =>
        {
            var left = new TimeLeft();
            var progress = new ImmediateProgress<double>(done => report(done, FormattableString.Invariant($"{100 * done:F0} % of the rows{left.Words(done)}")));
            return session.Compute(model.Path(session), (trained, device) =>
                DictionaryFeatures.Of(trained, data.Records, options with { Device = device }, progress, session.CancellationToken)
            );
        });
        FeaturePage.Write(output, manifest, data.Records.Name, features, shown, session.Get(Most));
        session.Result(
            [
                $"{NumberText.Of(features.All.Count - features.Dead.Count)} of {Counted.Of(features.All.Count, "feature")} on in some of "
                    + $"{NumberText.Of(features.Rows)} rows, {NumberText.Of(features.MeanOn, 3)} in the mean row; {NumberText.Of(features.Dead.Count)} dead, "
                    + $"{NumberText.Of(features.Dense.Count)} on in more than {NumberText.Percent(options.DenseAbove)} of the rows: {output}",
            ],
            [
                new("verb", "features"),
                new("data", data.Records.Name),
                new("model", manifest.Preset),
                new("rows", features.Rows),
                new("records", features.Records),
                new("latent_units", features.All.Count),
                new("units_on_per_row", features.MeanOn),
                new("dead", features.Dead),
                new("dense", features.Dense),
                new("dense_above", options.DenseAbove),
                new(
                    "features",
                    features
                        .All.Select(feature => new
                        {
                            feature = feature.Index,
                            frequency = feature.Frequency,
                            mean_strength = feature.MeanStrength,
                            largest_strength = feature.LargestStrength,
                            top = feature.Top.Select(top => new { record = top.Record, strength = top.Strength }),
                            neighbours = feature.Neighbours.Select(near => new { feature = near.Feature, cosine = near.Cosine }),
                        })
                        .ToArray()
                ),
                new("model_path", model.Path(session)),
                new("output_path", output),
            ]
        );
    }

    private static ShownRecords Read(Session session, string name, DataOptions reading)
    {
        // Any words will do: texts are shown, not modelled.
        var options = reading with { Stream = null, Documents = (reading.Documents ?? new()) with { MinDocuments = 1, MaxShare = 1 } };
        if (session.Get(Part) is not { } part)
            return new(DataSource.LoadAll(name, options, session.Downloads, session.CancellationToken), options);
        var splits = DataSource.Load(name, options, session.Downloads, session.CancellationToken);
        return new(
            part switch
            {
                DataPart.Train => splits.Train,
                DataPart.Validation => splits.Validation,
                _ => splits.Test,
            },
            options
        );
    }
}
