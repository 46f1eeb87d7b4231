using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Isthmus.Models;
using Isthmus.Server.Hosting;
using Isthmus.Server.OpenInference.Wire;
using Isthmus.Tests;

namespace Isthmus.Server.Tests;

/// <summary>The Open Inference Protocol, version 2, point by point of its specification.</summary>
public sealed class OpenInferenceTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private const string Rows = """[{"age": 31, "plan": "basic", "spent": 950}, {"age": null, "plan": "premium", "spent": 40}]""";
    private const string Inputs =
        """ "inputs":[{"name":"age","shape":[2,1],"datatype":"FP64","data":[31,null]}, """
        + """ {"name":"plan","shape":[2,1],"datatype":"BYTES","data":["basic","premium"]}, """
        + """ {"name":"spent","shape":[2,1],"datatype":"INT64","data":[[950],[40]]}] """;

    [Fact]
    public async Task Server_and_models_describe_themselves()
    {
        await using var server = await Start();
        Assert.Equal("isthmus", (await Get(server, "/v2")).GetProperty("name").GetString());
        Assert.Contains("binary_tensor_data", (await Get(server, "/v2")).GetProperty("extensions").EnumerateArray().Select(name => name.GetString()));
        Assert.True((await Get(server, "/v2/health/live")).GetProperty("live").GetBoolean());
        Assert.True((await Get(server, "/v2/health/ready")).GetProperty("live").GetBoolean());
        Assert.True((await Get(server, "/v2/models/customers/ready")).GetProperty("ready").GetBoolean());
        var model = await Get(server, "/v2/models/customers");
        var version = model.GetProperty("versions")[0].GetString();
        Assert.Equal(model.ToString(), (await Get(server, $"/v2/models/customers/versions/{version}")).ToString());
        string Ports(string kind) =>
            string.Join(
                ' ',
                model.GetProperty(kind).EnumerateArray().Select(port => $"{port.GetProperty("name")}:{port.GetProperty("datatype")}{port.GetProperty("shape")}")
            );
        Assert.Equal("age:FP64[-1,1] plan:BYTES[-1,1] spent:FP64[-1,1]", Ports("inputs"));
        Assert.Equal(
            "bits:FP32[-1,1] p_value:FP64[-1,1] anomaly:BOOL[-1,1] column_bits:FP32[-1,3] other_bits:FP32[-1,1] code:FP32[-1,4] "
                + "age_reconstructed:FP64[-1,1] plan_reconstructed:BYTES[-1,1] spent_reconstructed:FP64[-1,1]",
            Ports("outputs")
        );
    }

    [Fact]
    public async Task Inference_gives_what_the_library_gives()
    {
        await using var server = await Start();
        using var model = TrainedModel.Load(models.Customers);
        var expected = model.Score(JsonDocument.Parse(Rows).RootElement);
        var answer = await server.Ask("/v2/models/customers/infer", $$"""{"id":"42","parameters":{"anything":[1]},{{Inputs}}}""");
        Assert.Equal(("42", "customers"), (answer.GetProperty("id").GetString(), answer.GetProperty("model_name").GetString()));
        var outputs = answer.GetProperty("outputs").EnumerateArray().ToDictionary(output => output.GetProperty("name").GetString()!);
        Assert.Equal(9, outputs.Count);
        Assert.Equal(expected.Select(row => row.Bits), outputs["bits"].GetProperty("data").EnumerateArray().Select(number => number.GetSingle()));
        Assert.Equal(expected.Select(row => row.PValue), outputs["p_value"].GetProperty("data").EnumerateArray().Select(number => number.GetDouble()));
        Assert.Equal(expected.Select(row => row.IsUnusual), outputs["anomaly"].GetProperty("data").EnumerateArray().Select(truth => truth.GetBoolean()));
        Assert.Equal(
            expected.SelectMany(row => row.ColumnBits.Values),
            outputs["column_bits"].GetProperty("data").EnumerateArray().Select(number => number.GetSingle())
        );
        // Codes by ONNX Runtime, which adds up in another order: the tolerance of exports.
        var codes = model.Encode(JsonDocument.Parse(Rows).RootElement).SelectMany(code => code).ToArray();
        Assert.All(codes.Zip(outputs["code"].GetProperty("data").EnumerateArray()), pair => Assert.Equal(pair.First, pair.Second.GetSingle(), 1e-4));
    }

    [Fact]
    public async Task Outputs_that_are_wanted_come_alone_in_their_order_and_in_binary_form()
    {
        await using var server = await Start();
        var json =
            $$"""{ {{Inputs}},"outputs":[{"name":"anomaly"},{"name":"plan_reconstructed","parameters":{"binary_data":false} }], """
            + """ "parameters":{"binary_data_output":true} }""";
        using var answer = await server.Post("/v2/models/customers/infer", json);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var length = int.Parse(answer.Headers.GetValues("Inference-Header-Content-Length").Single());
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        var outputs = JsonDocument.Parse(bytes.AsMemory(0, length)).RootElement.GetProperty("outputs");
        Assert.Equal(2, outputs[0].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        Assert.All(bytes[length..], value => Assert.InRange(value, 0, 1));
        Assert.Equal(length + 2, bytes.Length);
        Assert.Equal(2, outputs[1].GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Binary_inputs_give_what_JSON_gives()
    {
        await using var server = await Start();
        static string Input(string name, string type, int size) =>
            $$"""{"name":"{{name}}","shape":[1,1],"datatype":"{{type}}","parameters":{"binary_data_size":{{size}} } }""";
        var json = Encoding.UTF8.GetBytes(
            $$"""{"inputs":[{{Input("age", "FP64", 8)}},{{Input("plan", "BYTES", 9)}},{{Input("spent", "FP64", 8)}}],"outputs":[{"name":"bits"}]}"""
        );
        using var body = new ByteArrayContent([.. json, .. BitConverter.GetBytes(31.0), 5, 0, 0, 0, .. "basic"u8, .. BitConverter.GetBytes(950.0)]);
        body.Headers.Add("Inference-Header-Content-Length", $"{json.Length}");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/customers/infer") { Content = body };
        using var answer = await server.Client.SendAsync(request);
        var found = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        var expected = await server.Ask("/models/customers/score", Rows);
        Assert.Equal(expected[0].GetProperty("bits").GetSingle(), found.GetProperty("outputs")[0].GetProperty("data")[0].GetSingle());
    }

    [Theory]
    [InlineData("/v2/models/nobody/infer", "{}", 404, "nobody")]
    [InlineData("/v2/models/customers/versions/9/infer", "{\"inputs\":[]}", 404, "version")]
    [InlineData("/v2/models/customers/infer", "{\"inputs\":", 400, "no JSON")]
    [InlineData("/v2/models/customers/infer", "", 400, "no JSON")]
    [InlineData("/v2/models/customers/infer", "{\"inputs\":[]}", 400, "'age'")]
    [InlineData("/v2/models/customers/infer", "{\"inputs\":[{\"name\":\"AGE\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[1]}]}", 400, "no input 'AGE'")]
    public async Task Every_failure_is_an_object_with_an_error(string path, string body, int status, string said)
    {
        await using var server = await Start();
        Assert.Contains(said, await RunningServer.ErrorOf(await server.Post(path, body), status));
    }

    [Theory]
    [InlineData("""{"name":"age","shape":[2],"datatype":"FP64","data":[1,2]}""", "shape [2]")]
    [InlineData("""{"name":"age","shape":[2,1],"datatype":"BYTES","data":["1","2"]}""", "datatype BYTES")]
    [InlineData("""{"name":"age","shape":[0,1],"datatype":"FP64","data":[]}""", "others have")]
    [InlineData("""{"name":"age","shape":[3,1],"datatype":"FP64","data":[1,2,3]}""", "others have")]
    public async Task Inputs_have_the_shape_and_datatype_of_the_metadata(string age, string said)
    {
        await using var server = await Start();
        var inputs = Inputs.Replace("""{"name":"age","shape":[2,1],"datatype":"FP64","data":[31,null]}""", age);
        Assert.Contains(said, await RunningServer.ErrorOf(await server.Post("/v2/models/customers/infer", $$"""{ {{inputs}} }"""), 400));
    }

    [Fact]
    public async Task No_bytes_make_it_fail()
    {
        await using var server = await Start();
        var mutations = new Mutations([Encoding.UTF8.GetBytes($$"""{ {{Inputs}} }"""), Encoding.UTF8.GetBytes(Rows)], seed: 2);
        for (var i = 0; i < 1500; i++)
        {
            using var body = new ByteArrayContent(mutations.Next());
            using var answer = await server.Client.PostAsync(i % 2 == 0 ? "/v2/models/customers/infer" : "/models/customers/score", body);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{(int)answer.StatusCode}: {text}");
            Assert.True(answer.IsSuccessStatusCode || JsonDocument.Parse(text).RootElement.TryGetProperty("error", out _));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_of_gRPC_give_the_same(bool isRaw)
    {
        const string Key = "a-key-of-more-than-16-letters";
        await using var server = await Start(Key);
        using var channel = GrpcChannel.ForAddress(StandaloneServer.Addresses(server.App).Last());
        var key = new Metadata { { "authorization", $"Bearer {Key}" } };
        Task<TResponse> Call<TRequest, TResponse>(string method, TRequest message, Metadata? headers)
            where TRequest : class, IMessage<TRequest>
            where TResponse : class, IMessage<TResponse>, new() =>
            channel
                .CreateCallInvoker()
                .AsyncUnaryCall(
                    new Method<TRequest, TResponse>(
                        MethodType.Unary,
                        "inference.GRPCInferenceService",
                        method,
                        Marshallers.Create<TRequest>(sent => sent.ToByteArray(), _ => throw new NotSupportedException()),
                        Marshallers.Create<TResponse>(
                            _ => throw new NotSupportedException(),
                            bytes =>
                            {
                                var received = new TResponse();
                                received.MergeFrom(bytes);
                                return received;
                            }
                        )
                    ),
                    null,
                    new CallOptions(headers),
                    message
                )
                .ResponseAsync;
        async Task<Status> Failed<TRequest, TResponse>(string method, TRequest message, Metadata? headers, TResponse _)
            where TRequest : class, IMessage<TRequest>
            where TResponse : class, IMessage<TResponse>, new() =>
            (await Assert.ThrowsAsync<RpcException>(() => Call<TRequest, TResponse>(method, message, headers))).Status;
        Assert.True((await Call<ServerReadyRequest, ServerReadyResponse>("ServerReady", new(), null)).Ready);
        Assert.Equal(StatusCode.Unauthenticated, (await Failed("ServerMetadata", new ServerMetadataRequest(), null, new ServerMetadataResponse())).StatusCode);
        Assert.Equal("age", (await Call<ModelMetadataRequest, ModelMetadataResponse>("ModelMetadata", new() { Name = "customers" }, key)).Inputs[0].Name);
        Assert.Equal(StatusCode.NotFound, (await Failed("ModelReady", new ModelReadyRequest { Name = "nobody" }, key, new ModelReadyResponse())).StatusCode);
        var request = new ModelInferRequest { ModelName = "customers", Id = "7" };
        void Add(string name, string type, InferTensorContents contents, byte[] raw)
        {
            var input = new ModelInferRequest.Types.InferInputTensor
            {
                Name = name,
                Datatype = type,
                Shape = { 1, 1 },
            };
            request.Inputs.Add(input);
            if (isRaw)
                request.RawInputContents.Add(ByteString.CopyFrom(raw));
            else
                input.Contents = contents;
        }
        Add("age", "FP64", new() { Fp64Contents = { 31 } }, BitConverter.GetBytes(31.0));
        Add("plan", "BYTES", new() { BytesContents = { ByteString.CopyFromUtf8("basic") } }, [5, 0, 0, 0, .. "basic"u8]);
        Add("spent", "INT64", new() { Int64Contents = { 950 } }, BitConverter.GetBytes(950L));
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "bits" });
        var answer = await Call<ModelInferRequest, ModelInferResponse>("ModelInfer", request, key);
        Assert.Equal("7", answer.Id);
        using var model = TrainedModel.Load(models.Customers);
        Assert.Equal(
            model.Score(JsonDocument.Parse(Rows).RootElement)[0].Bits,
            isRaw ? BitConverter.ToSingle(answer.RawOutputContents[0].Span) : answer.Outputs[0].Contents.Fp32Contents[0]
        );
        request.Inputs[0].Shape[0] = 2;
        var error = await Failed("ModelInfer", request, key, new ModelInferResponse());
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains("'age'", error.Detail);
    }

    private Task<RunningServer> Start(string? key = null) =>
        RunningServer.StartAsync(options =>
        {
            options.Models["customers"] = models.Customers;
            if (key is not null)
                options.ApiKeys.Add(key);
        });

    private static async Task<JsonElement> Get(RunningServer server, string path) =>
        JsonSerializer.Deserialize<JsonElement>(await server.Client.GetStringAsync(path));
}
