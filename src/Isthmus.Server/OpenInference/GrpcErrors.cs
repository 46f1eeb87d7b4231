using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Isthmus.Server.Models;
using Microsoft.Extensions.Logging;

namespace Isthmus.Server.OpenInference;

/// <summary>Failures of gRPC calls as codes of gRPC, without a path of the server or a stack trace.</summary>
internal sealed partial class GrpcErrors(ILogger<GrpcErrors> logger) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    )
    {
        try
        {
            return await continuation(request, context);
        }
        catch (InvalidInputException e)
        {
            throw Failure(StatusCode.InvalidArgument, e.Message);
        }
        catch (Exception e) when (e is UnknownModelException or UnknownVersionException)
        {
            throw Failure(StatusCode.NotFound, e.Message);
        }
        catch (OperationCanceledException)
        {
            throw Failure(StatusCode.DeadlineExceeded, "The request took too long, or was cancelled.");
        }
        catch (Exception e) when (e is not RpcException)
        {
            // Messages of other exceptions may have paths and rows in them; the place is enough to find the fault.
            var id = context.GetHttpContext().TraceIdentifier;
            LogFault(id, e.GetType().Name, new StackTrace(e).ToString());
            throw Failure(StatusCode.Internal, $"This is a fault of the server, not of the request; its log has it under {id}.");
        }
    }

    private static RpcException Failure(StatusCode code, string message) => new(new(code, message));

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Request} failed by {Exception}: {Trace}")]
    private partial void LogFault(string request, string exception, string trace);
}
