import java.nio.file.Path;
import java.time.Duration;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.ConnectorPortRegister;
import org.neo4j.configuration.connectors.ConnectorType;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.io.ByteUnit;
import org.neo4j.kernel.internal.GraphDatabaseAPI;

/** A real Neo4j Community server for the tests: Bolt on this machine alone, no login. Arguments: folder, port, megabytes. */
public class LocalNeo4j {
    public static void main(String[] given) throws Exception {
        var address = new SocketAddress("127.0.0.1", Integer.parseInt(given[1]));
        var server = new DatabaseManagementServiceBuilder(Path.of(given[0]))
                .setConfig(BoltConnector.enabled, true)
                .setConfig(BoltConnector.listen_address, address)
                .setConfig(BoltConnector.advertised_address, address)
                .setConfig(GraphDatabaseSettings.auth_enabled, false)
                .setConfig(GraphDatabaseSettings.pagecache_memory, ByteUnit.mebiBytes(64))
                .setConfig(GraphDatabaseSettings.memory_transaction_max_size, ByteUnit.mebiBytes(Long.parseLong(given[2])))
                .setConfig(GraphDatabaseSettings.udc_enabled, false)
                // The tests fill and empty one database all the time, after which the server would plan everything anew.
                .setConfig(GraphDatabaseSettings.cypher_min_replan_interval, Duration.ofDays(1))
                .build();
        System.out.println("ready on port " + boundPort(server));
        // The parent holds the other end: when it is gone, however it went, so is this server.
        while (System.in.read() >= 0) {}
        System.exit(0);
    }

    private static int boundPort(DatabaseManagementService server) {
        var database = (GraphDatabaseAPI) server.database(GraphDatabaseSettings.DEFAULT_DATABASE_NAME);
        var ports = database.getDependencyResolver().resolveDependency(ConnectorPortRegister.class);
        return ports.getLocalAddress(ConnectorType.BOLT).getPort();
    }
}
