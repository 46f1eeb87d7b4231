using System.Text.Json.Nodes;
using Isthmus.Data.Records;
using Isthmus.Server.Models;
using Isthmus.Server.Protocol;
using Isthmus.Server.Records;
using Microsoft.OpenApi;
using static Isthmus.Server.Description.Schemas;

namespace Isthmus.Server.Description;

/// <summary>Description of an address: what it does, what it takes and what it answers.</summary>
/// <param name="Summary">What it does, in a few words.</param>
/// <param name="Answer">Schema of the answer.</param>
/// <param name="Body">Schema and example of the body; null without one.</param>
internal sealed record VerbDescription(string Summary, OpenApiSchema Answer, (OpenApiSchema Schema, JsonNode? Example)? Body = null)
{
    /// <summary>Media types of files that the address takes beside JSON.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Media types in which the address answers beside JSON.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];
}

/// <summary>Descriptions of the addresses by their last word.</summary>
internal static class VerbDescriptions
{
    private const string Csv = "text/csv",
        Parquet = "application/vnd.apache.parquet",
        Lines = "application/x-ndjson",
        Picture = "image/png",
        Array = "application/x-npy",
        Archive = "application/x-isth",
        AnyBytes = "application/octet-stream";

    private static readonly string[] Tables = [Csv, Parquet, Lines];

    // Elements of a tensor that an example shows at most.
    private const int MostElements = 32;

    /// <summary>Describes an address of the server.</summary>
    public static VerbDescription OfServer(string word) =>
        word switch
        {
            "models" => new("List the models", List(Object(("name", Text()), ("version", Text()), ("preset", Text()), ("records", Text())))),
            "live" => new("Say whether the server is alive", Object(("live", Truth()))),
            "ready" => new("Say whether the models answer", Object(("ready", Truth()))),
            "v2" => new("Describe the server", Object(("name", Text()), ("version", Text()), ("extensions", List(Text())))),
            _ => new(word, Any),
        };

    /// <summary>Describes an address of a model.</summary>
    /// <param name="word">Last word of the address.</param>
    /// <param name="method">GET or POST.</param>
    /// <param name="model">The model.</param>
    /// <param name="record">A record of the model.</param>
    public static VerbDescription OfModel(string word, string method, ServedModel model, RecordDescription record)
    {
        var isPicture = model.Schema.Kind.Form == RecordForm.Pictures;
        string[] files = isPicture ? [Lines, Array, Picture] : [.. Tables, Array];
        (OpenApiSchema, JsonNode?) records = (List(record.Schema), record.Example is { } example ? new JsonArray(example.DeepClone()) : null);
        return word switch
        {
            "score" => new("Score rows", List(Scored), records) { Files = Tables, Answers = Tables },
            "encode" => new("Encode records", List(List(Number()), "Codes, an array of numbers each."), records) { Files = files, Answers = Tables },
            "reconstruct" or "denoise" => new(word == "denoise" ? "Denoise records" : "Reconstruct records", List(record.Schema), records)
            {
                Files = files,
                Answers = isPicture ? [Lines, Picture] : Tables,
            },
            "impute" => new(
                "Fill missing values",
                Object(
                    ("rows", List(record.Schema)),
                    ("filled", List(Object(("row", Whole("From 0.")), ("column", Text()), ("value", Any), ("low", Any), ("high", Any))))
                ),
                records
            )
            {
                Files = Tables,
                Answers = Tables,
            },
            "sample" => new(
                "Draw new records",
                List(record.Schema),
                (Object(("count", Whole()), ("seed", Whole())), new JsonObject { ["count"] = 3, ["seed"] = 1 })
            )
            {
                Answers = isPicture ? [Lines] : Tables,
            },
            "recommend" => new(
                "Recommend items",
                List(Object(("item", Text()), ("title", Text()), ("bits", Number("log2 p(item | history).")), ("reasons", List(Any)))),
                (Object(("history", List(Text())), ("count", Whole())), null)
            ),
            "topics" when method == "GET" => new("List the topics", List(List(Word))),
            "topics" => new(
                "Find the topics of texts",
                List(
                    Object(
                        ("number", Whole()),
                        ("share", Number("Proportion of the topic in the texts.")),
                        ("words", List(Word)),
                        ("documents", List(Object(("record", Whole("Place among the texts, from 0.")), ("name", Text()), ("share", Number()))))
                    )
                ),
                (List(Text()), new JsonArray("a text", "another text"))
            ),
            "compress" => new("Compress a file of pictures", Bytes) { Files = [AnyBytes, Array, Picture], Answers = [Archive] },
            "decompress" => new("Unpack an archive", Bytes) { Files = [Archive], Answers = [AnyBytes, Picture, Array] },
            "search" => new(
                "Search texts",
                List(Object(("record", Whole("Place among the texts, from 0.")), ("bits", Number()), ("similarity", Number()))),
                (
                    Object(("query", Text()), ("texts", List(Text())), ("count", Whole())),
                    new JsonObject
                    {
                        ["query"] = "a word",
                        ["texts"] = new JsonArray("a text", "another text"),
                        ["count"] = 10,
                    }
                )
            ),
            "drift" => new("Compare what was scored lately with training", Drift),
            "infer" => new("Infer by the Open Inference Protocol", Object(("model_name", Text()), ("outputs", List(Any))), Inference(model.Tensors, record)),
            "ready" => new("Say whether the model answers", Object(("name", Text()), ("ready", Truth()))),
            _ => new("Describe the model", Object(("name", Text()), ("versions", List(Text())), ("inputs", List(Any)), ("outputs", List(Any)))),
        };
    }

    private static OpenApiSchema Word => Object(("word", Text()), ("probability", Number("p(word | topic).")));

    private static OpenApiSchema Scored =>
        Object(
            ("index", Whole("Row, from 0.")),
            ("bits", Number("How surprising the row is, in bits.")),
            ("p_value", Number("Share of usual rows that score as high.")),
            ("is_unusual", Truth()),
            ("identifiers", Map(Text())),
            ("reasons", List(Object(("column", Text()), ("value", Text()), ("usual", Text()), ("bits", Number())))),
            ("column_bits", Map(Number()))
        );

    private static OpenApiSchema Drift
    {
        get
        {
            var column = Object(
                ("psi_nats", Number("Population stability index in nats; null below 50 values.")),
                ("p_value", Number("Probability of such a difference given that nothing has changed.")),
                ("missing_share", Number()),
                ("training_missing_share", Number()),
                ("has_changed", Truth())
            );
            return Object(
                ("model", Text()),
                ("version", Text()),
                ("changed", List(Text())),
                ("rows", Whole()),
                ("seconds", Number()),
                ("score", column),
                ("columns", Map(column))
            );
        }
    }

    private static (OpenApiSchema, JsonNode?) Inference(RecordTensors tensors, RecordDescription record)
    {
        var inputs = new JsonArray();
        foreach (var port in tensors.Inputs)
        {
            var count = (int)port.Shape.Where(length => length >= 0).Aggregate(1L, (product, length) => product * length);
            if (count > MostElements)
                continue;
            JsonNode Element(int place)
            {
                var known = record.Tensors?[port.Name] ?? (record.Example as JsonArray)?[place];
                return known?.DeepClone() ?? (port.Type == TensorType.Bytes ? "" : JsonValue.Create(0));
            }
            inputs.Add(
                new JsonObject
                {
                    ["name"] = port.Name,
                    ["datatype"] = port.Type.Name,
                    ["shape"] = new JsonArray([.. port.Shape.Select(length => (JsonNode)Math.Max(1, length))]),
                    ["data"] = new JsonArray([.. Enumerable.Range(0, count).Select(Element)]),
                }
            );
        }
        var schema = Object(
            ("id", Text()),
            (
                "inputs",
                List(
                    Object(
                        ("name", Text(null, tensors.Inputs.Select(port => port.Name))),
                        ("datatype", Text(null, tensors.Inputs.Select(port => port.Type.Name).Distinct())),
                        ("shape", List(Whole())),
                        ("data", List(Any))
                    )
                )
            ),
            ("outputs", List(Object(("name", Text(null, tensors.Outputs.Select(port => port.Name))))))
        );
        return (schema, inputs.Count == tensors.Inputs.Count ? new JsonObject { ["inputs"] = inputs } : null);
    }
}
