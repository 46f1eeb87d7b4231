# The command in a container, as a user without rights. SDK and RUNTIME name .NET's own images of the .NET 10 SDK and of the ASP.NET Core 10
# runtime (aspnet, which the server in the command needs; the plain runtime does not do), as .NET's documentation of container images has
# them:
#
#     docker build --build-arg SDK=... --build-arg RUNTIME=... -t isthmus .
#     docker run --rm --read-only --tmpfs /tmp -v "$PWD:/data" isthmus info customers.csv
#
# Without Docker and without naming an image: dotnet publish src/Isthmus.Cli -c Release /t:PublishContainer
ARG SDK
ARG RUNTIME
FROM ${SDK} AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Isthmus.Cli -c Release -o /program

FROM ${RUNTIME}
COPY --from=build /program /app
USER $APP_UID
WORKDIR /data
ENTRYPOINT ["/app/isthmus"]
