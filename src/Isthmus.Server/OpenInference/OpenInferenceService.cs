using Grpc.Core;
using Isthmus.Server.OpenInference.Wire;
using Isthmus.Server.Protocol;
using Isthmus.Server.Settings;
using Microsoft.Extensions.Options;

namespace Isthmus.Server.OpenInference;

/// <summary>The Open Inference Protocol, version 2, over gRPC. <see cref="GrpcErrors"/> gives its failures their codes.</summary>
internal sealed class OpenInferenceService(InferenceModels models, IOptions<ServerOptions> options) : GRPCInferenceService.GRPCInferenceServiceBase
{
    /// <inheritdoc/>
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = true });

    /// <inheritdoc/>
    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = models.AreReady });

    /// <inheritdoc/>
    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context)
    {
        models.Describe(request.Name, request.Version);
        return Task.FromResult(new ModelReadyResponse { Ready = models.AreReady });
    }

    /// <inheritdoc/>
    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context)
    {
        var response = new ServerMetadataResponse { Name = InferenceModels.ServerName, Version = InferenceModels.ServerVersion };
        response.Extensions.AddRange(InferenceModels.Extensions);
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
    {
        var model = models.Describe(request.Name, request.Version);
        var response = new ModelMetadataResponse { Name = model.Name, Platform = model.Platform };
        response.Versions.AddRange(model.Versions);
        response.Inputs.AddRange(model.Inputs.Select(Described));
        response.Outputs.AddRange(model.Outputs.Select(Described));
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        var read = GrpcTensors.Read(request);
        var response = models.Infer(request.ModelName, request.ModelVersion, read, options.Value.MaxRows, context.CancellationToken);
        return Task.FromResult(GrpcTensors.Write(response, read.BinaryOutputs));
    }

    private static ModelMetadataResponse.Types.TensorMetadata Described(TensorPort port)
    {
        var described = new ModelMetadataResponse.Types.TensorMetadata { Name = port.Name, Datatype = port.Type.Name };
        described.Shape.AddRange(port.Shape);
        return described;
    }
}
