using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Isthmus.Server.Records;

/// <summary>A record of a model as OpenAPI describes it.</summary>
/// <param name="Schema">Schema of a record.</param>
/// <param name="Example">A record that is made up; null without one.</param>
/// <param name="Tensors">The same record's values by the inputs of the Open Inference Protocol; null without one.</param>
internal sealed record RecordDescription(OpenApiSchema Schema, JsonNode? Example = null, JsonObject? Tensors = null);
