import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes what comes by standard input, as people would: JSON lines of key, value and headers; null stays null. */
public class Publish {
    public static void main(String[] arguments) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", arguments[0], "compression.type", "lz4");
        List<Future<?>> sent = new ArrayList<>();
        var serializer = new ByteArraySerializer();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var producer = new KafkaProducer<byte[], byte[]>(settings, serializer, serializer)) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                JsonNode message = new ObjectMapper().readTree(line);
                var record = new ProducerRecord<>(arguments[1], bytes(message.get("key")), bytes(message.get("value")));
                message.get("headers").fields()
                        .forEachRemaining(header -> record.headers().add(header.getKey(), bytes(header.getValue())));
                sent.add(producer.send(record));
            }
        }
        for (Future<?> one : sent) one.get();
    }

    private static byte[] bytes(JsonNode text) {
        return text.isNull() ? null : text.asText().getBytes(StandardCharsets.UTF_8);
    }
}
