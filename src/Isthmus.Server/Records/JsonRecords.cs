using System.Text.Json;
using System.Text.Json.Nodes;
using Isthmus.Codes;
using Isthmus.Data.Documents;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Recommenders;
using Isthmus.Server.Requests;
using Isthmus.Server.Tables;
using Microsoft.OpenApi;

namespace Isthmus.Server.Records;

/// <summary>Records in JSON as data of a model. Which form a record has depends on its kind.</summary>
internal abstract class JsonRecords
{
    private static readonly MadeByKind<JsonRecords> Known = new MadeByKind<JsonRecords>(schema => new ArrayRecords(schema))
        .With<TableSchema>(TableKind.Instance, schema => new RowRecords(schema))
        .With<DocumentSchema>(DocumentKind.Instance, schema => new TextRecords(schema))
        .With<InteractionSchema>(InteractionKind.Instance, schema => new HistoryRecords(schema));

    /// <summary>The form of records of a schema.</summary>
    public static JsonRecords Of(DataSchema schema) => Known.Of(schema);

    /// <summary>Description of a record: "an array of 784 numbers".</summary>
    protected abstract string One { get; }

    /// <summary>Records that a model made, as an answer.</summary>
    public virtual RecordAnswer Answer(RecordValues made) =>
        new(
            [.. made.Records],
            made.Schema.Kind.Form == RecordForm.Columns
                ? made.Columns
                : () => throw new InvalidInputException($"{made.Schema}", "are no columns of a table", "ask for JSON or lines of it")
        );

    /// <summary>Describes a record of a model, with an example where one can be made of what the model knows.</summary>
    public abstract RecordDescription Describe(TrainedModel model);

    /// <summary>Returns true if a value is one record, and not several.</summary>
    protected abstract bool IsOne(JsonElement value);

    /// <summary>Records as data of the schema.</summary>
    /// <exception cref="InvalidInputException">One is not of the schema.</exception>
    public abstract Dataset Read(IReadOnlyList<JsonElement> records);

    /// <summary>The records of a body: an array of them, or one.</summary>
    /// <exception cref="InvalidInputException">Neither, or none.</exception>
    public IReadOnlyList<JsonElement> Split(JsonElement body)
    {
        if (IsOne(body))
            return [body];
        if (body.ValueKind != JsonValueKind.Array)
            throw new InvalidInputException(
                "The body",
                $"is {(body.ValueKind == JsonValueKind.Object ? "an object" : $"the {body.ValueKind.ToString().ToLowerInvariant()}")}",
                $"give {One}, or an array of several"
            );
        return body.GetArrayLength() > 0 ? [.. body.EnumerateArray()] : throw new InvalidInputException("The body", "holds no records", "give at least one");
    }

    /// <summary>Fails for a record that has another form.</summary>
    protected InvalidInputException NoRecord(int place) => new($"Record {place + 1}", $"is not {One}", "give it so");

    private sealed class ArrayRecords(DataSchema schema) : JsonRecords
    {
        protected override string One => $"an array of {schema.Input.Dimension} numbers";

        protected override bool IsOne(JsonElement value) =>
            value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.Number;

        // Vectors have an example at the mean of each column; one of a picture would fill pages.
        public override RecordDescription Describe(TrainedModel model)
        {
            const int MostShown = 64,
                Digits = 4;
            JsonArray? example =
                model.Standardisation is { } standardisation && schema.Input.Dimension <= MostShown
                    ? [.. standardisation.Means.Take(schema.Input.Dimension).Select(mean => (JsonNode)double.Round(mean, Digits))]
                    : null;
            return new(
                new()
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.Number },
                    MinItems = schema.Input.Dimension,
                    MaxItems = schema.Input.Dimension,
                    Description = $"One of {schema}, as {schema.Input.Dimension} numbers.",
                },
                example
            );
        }

        public override Dataset Read(IReadOnlyList<JsonElement> records) => ModelRecords.Of<float[]>(schema, [.. records.Select(Numbers)]);

        private float[] Numbers(JsonElement record, int place)
        {
            if (record.ValueKind != JsonValueKind.Array)
                throw NoRecord(place);
            var numbers = new float[record.GetArrayLength()];
            var at = 0;
            foreach (var number in record.EnumerateArray())
                numbers[at++] = number.ValueKind == JsonValueKind.Number ? number.GetSingle() : throw NoRecord(place);
            return numbers;
        }
    }

    private sealed class RowRecords(TableSchema schema) : JsonRecords
    {
        protected override string One => "an object whose properties are the columns";

        protected override bool IsOne(JsonElement value) => value.ValueKind == JsonValueKind.Object;

        // Rows in the columns' own units; windows of a series stay numbers.
        public override RecordAnswer Answer(RecordValues made)
        {
            if (!schema.IsOfRows)
                return new([.. made.Records], () => throw TableKind.NotWritten(schema));
            JsonElement[] rows =
            [
                .. made.Records.Select(record =>
                    RowShape<JsonElement>.Instance.New([
                        .. schema.Fields.Zip(record, (column, value) => (column.Name, RowShape<JsonElement>.Value(column, value, new(1)))),
                    ])
                ),
            ];
            return new([.. rows], () => JsonColumns.Of(rows));
        }

        public override RecordDescription Describe(TrainedModel model)
        {
            if (!schema.IsOfRows)
                return new(new() { Description = $"One of {schema}, by the Open Inference Protocol alone." });
            var row = RowDescription.Example(schema, model.Reference);
            return new(
                RowDescription.Of(schema),
                row is null ? null : RowDescription.Json(schema, row),
                row is null ? null : RowDescription.Tensors(schema, row)
            );
        }

        public override Dataset Read(IReadOnlyList<JsonElement> records) => ModelRecords.Of(schema, records);
    }

    private sealed class TextRecords(DocumentSchema schema) : JsonRecords
    {
        protected override string One => "a text";

        protected override bool IsOne(JsonElement value) => value.ValueKind == JsonValueKind.String;

        public override RecordDescription Describe(TrainedModel model) => new(new() { Type = JsonSchemaType.String, Description = "A text." }, "A text.");

        public override Dataset Read(IReadOnlyList<JsonElement> records) =>
            ModelRecords.Of<string>(
                schema,
                [.. records.Select((record, place) => record.ValueKind == JsonValueKind.String ? record.GetString()! : throw NoRecord(place))]
            );
    }

    private sealed class HistoryRecords(InteractionSchema schema) : JsonRecords
    {
        protected override string One => "an array of items";

        protected override bool IsOne(JsonElement value) =>
            value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value[0].ValueKind != JsonValueKind.Array;

        public override RecordDescription Describe(TrainedModel model) =>
            new(
                new()
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Number },
                    Description = $"Items of a history, of the {schema.Input.Dimension:N0} that the model knows.",
                }
            );

        public override Dataset Read(IReadOnlyList<JsonElement> records)
        {
            var lookup = new ItemLookup(schema);
            return Recommendation.Histories(
                schema,
                [.. records.Select((record, place) => Items(record, place).Select(lookup.Find).Distinct().Order().ToArray())]
            );
        }

        private IEnumerable<string> Items(JsonElement record, int place) =>
            record.ValueKind == JsonValueKind.Array ? record.EnumerateArray().Select(item => item.ToString()) : throw NoRecord(place);
    }
}
