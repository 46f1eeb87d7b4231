using System.Globalization;
using Isthmus.Data.Cells;
using Isthmus.Data.Documents;
using Isthmus.Data.Formats;
using Isthmus.Data.Interactions;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Data.Vectors;

namespace Isthmus.Reporting.Experiments;

/// <summary>Choice of a model for data if none is named, and of the options for reading them.</summary>
/// <param name="Preset">The model.</param>
/// <param name="Options">Options for reading the data.</param>
/// <param name="Why">Description of the data, to follow "for"; null if the model was named.</param>
public sealed record ModelChoice(string Preset, DataOptions Options, string? Why)
{
    private const int Sampled = 200,
        LeastWords = 5,
        MostColumnsOfInteractions = 6,
        Named = 3;
    private static readonly string[] Users =
    [
        "user",
        "userid",
        "username",
        "reviewer",
        "reviewerid",
        "listener",
        "listenerid",
        "member",
        "memberid",
        "customer",
        "customerid",
    ];
    private static readonly string[] Items =
    [
        "item",
        "itemid",
        "movie",
        "movieid",
        "product",
        "productid",
        "artist",
        "artistid",
        "track",
        "trackid",
        "song",
        "songid",
        "book",
        "bookid",
        "isbn",
        "asin",
        "article",
        "articleid",
        "title",
    ];
    private static readonly string[] Ratings = ["rating", "stars", "score"];
    private static readonly string[] Times = ["timestamp", "time", "date", "datetime"];

    /// <summary>Returns the model that was named, or the one for such data, with the options for reading them.</summary>
    /// <param name="model">A preset's name; null for the one that fits.</param>
    /// <param name="nameOrPath">The data.</param>
    /// <param name="options">Options for reading them.</param>
    /// <param name="table">Options for reading them as a table of mixed columns.</param>
    /// <exception cref="InvalidInputException">An unknown preset; a table that cannot be read.</exception>
    public static ModelChoice Of(string? model, string nameOrPath, DataOptions options, TableOptions table)
    {
        if (model is null)
            return For(nameOrPath, options, table);
        var preset = Models.Preset.Named(model);
        return preset.Kind == InteractionKind.Instance && ForInteractions(nameOrPath, preset.Name, options) is { } found
            ? found
            : new(
                preset.Name,
                preset.Kind == TableKind.Instance ? options with { Table = table }
                    : preset.Kind == LineKind.Instance ? TextLines.OptionsFor(preset.Name, options)
                    : options,
                null
            );
    }

    /// <summary>Returns the model for the records of data that have been read.</summary>
    public static ModelChoice For(DataSchema schema) => new(schema.Kind.Model, new(), $"{schema}");

    /// <summary>
    /// Chooses by the content of the data: ease for interactions (the best ranking with nothing to tune, docs/benchmarks/recommenders.md), prod-lda for
    /// documents, table-vae for a table with texts, dates, missing values or times, and vae for numbers and pictures.
    /// </summary>
    /// <param name="nameOrPath">The data.</param>
    /// <param name="options">Options for reading them.</param>
    /// <param name="table">Options for reading them as a table of mixed columns.</param>
    /// <exception cref="InvalidInputException">A table that cannot be read.</exception>
    public static ModelChoice For(string nameOrPath, DataOptions options, TableOptions table)
    {
        if (InteractionReader.IsWanted(options))
            return new(InteractionKind.Instance.Model, options, "interactions of users and items");
        if (LineReader.IsWanted(nameOrPath, options))
            return new(LineKind.Instance.Model, TextLines.OptionsFor(LineKind.Instance.Model, options), "lines of text");
        if (DocumentReader.IsWanted(nameOrPath, options))
            return new(DocumentKind.Instance.Model, options, "documents");
        if (DataSource.KindOf(nameOrPath, options) is { } kind)
            return new(kind.Model, options, $"records of kind '{kind.Name}'");
        if (!DataSource.IsTable(nameOrPath, options))
            return new(VectorKind.Instance.Model, options, "numbers or pictures");
        var mixed = options with { Table = table };
        if (table.Time is not null)
            return new(TableKind.Instance.Model, mixed, "a series");
        var (schema, rows) = MixedTableReader.ReadSchema(nameOrPath, mixed);
        if (options.Columns is null && Interactions(InteractionKind.Instance.Model, schema, options) is { } found)
            return found;
        if (options.Columns is null && Texts(nameOrPath, schema, options) is { } text)
            return new(
                DocumentKind.Instance.Model,
                options with
                {
                    Documents = (options.Documents ?? new()) with { Text = text },
                },
                $"documents, the texts of column {text}"
            );
        string[] others = [.. schema.Fields.Index().Where(field => !IsNumber(field.Item)).Select(field => field.Item.Name)];
        if (others.Length > 0)
            return new(TableKind.Instance.Model, mixed, $"a table with other columns than numbers ({Some(others)})");
        if (
            schema
                .Skipped.Where(column => column.Reason == SkippedColumn.AnIdentifier && IsText(nameOrPath, column.Name, options))
                .Select(column => column.Name)
                .ToArray() is
            { Length: > 0 } names
        )
            return new(TableKind.Instance.Model, mixed, $"a table with identifiers ({Some(names)})");
        if (schema.Fields.Where(field => field.Filled < rows).Select(field => field.Name).ToArray() is { Length: > 0 } missing)
            return new(TableKind.Instance.Model, mixed, $"a table with missing values ({Some(missing)})");
        return new(VectorKind.Instance.Model, options, "numbers");
    }

    /// <summary>Returns a recommender that was named, with the columns of users and items if their names are recognised; null otherwise.</summary>
    /// <param name="preset">The recommender.</param>
    /// <param name="path">A table.</param>
    /// <param name="options">Options for reading it.</param>
    /// <exception cref="InvalidInputException">A table that cannot be read.</exception>
    public static ModelChoice? ForInteractions(string path, string preset, DataOptions options) =>
        InteractionReader.IsWanted(options) || !DataSource.IsTable(path, options)
            ? null
            : Interactions(preset, MixedTableReader.ReadSchema(path, options with { Table = new() }).Schema, options);

    private static ModelChoice? Interactions(string preset, TableSchema schema, DataOptions options)
    {
        string[] names = [.. schema.Fields.Select(field => field.Name), .. schema.Skipped.Select(column => column.Name)];
        string? First(string[] known) => names.FirstOrDefault(name => known.Contains(Plain(name)));
        // Users of one row each have no history: such a table is of customers.
        if (names.Length > MostColumnsOfInteractions || First(Users) is not { } user || First(Items) is not { } item || schema.Identifiers.Contains(user))
            return null;
        var asked = options.Interactions ?? new();
        return new(
            preset,
            options with
            {
                Interactions = asked with { User = user, Item = item, Rating = asked.Rating ?? First(Ratings), Time = asked.Time ?? First(Times) },
            },
            $"interactions: users in column {user}, items in column {item}"
        );
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>Returns the one column of texts of several words, if there are only numbers besides.</summary>
    private static string? Texts(string path, TableSchema schema, DataOptions options)
    {
        string[] candidates =
        [
            .. schema.Fields.Where(field => field is FittedCategories { Kind: ColumnKind.Category }).Select(field => field.Name),
            .. schema.Skipped.Where(column => column.Reason == SkippedColumn.AnIdentifier).Select(column => column.Name),
        ];
        string[] wordy =
        [
            .. candidates.Where(name =>
                MixedTableReader.FirstCells(path, name, options, Sampled) is { Count: > 0 } cells
                && cells.Average(cell => cell.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length) >= LeastWords
            ),
        ];
        return wordy.Length == 1 && schema.Fields.Count <= 2 ? wordy[0] : null;
    }

    private static bool IsText(string path, string column, DataOptions options) =>
        MixedTableReader
            .FirstCells(path, column, options, Sampled)
            .Any(cell => !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private static bool IsNumber(FittedColumn field) =>
        field is FittedNumbers { Kind: not ColumnKind.Date }
        || field is FittedCategories { Kind: ColumnKind.Boolean } values
            && values.Levels.All(level => double.TryParse(level, NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private static string Some(string[] names) => $"{string.Join(", ", names.Take(Named))}{(names.Length > Named ? $" and {names.Length - Named} more" : "")}";
}
