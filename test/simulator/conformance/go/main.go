// Lets another program call Huawei's own Go SDK, as driver.py does for Python: it reads one JSON object a line, makes that
// call, and writes one line back.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/httphandler"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	artifact "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/codeartsartifact/v2"
	build "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/codeartsbuild/v3"
	sts "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sts/v1"
)

type order struct {
	Client      string          `json:"client"`
	Service     string          `json:"service"`
	Endpoint    string          `json:"endpoint"`
	Credentials map[string]any  `json:"credentials"`
	As          string          `json:"as"`
	Call        string          `json:"call"`
	Request     json.RawMessage `json:"request"`
}

type answer map[string]any

// raw is the body of the last answer as it came; files are left to the SDK.
var raw []byte

var services = map[string]struct {
	builder func() *core.HcHttpClientBuilder
	client  func(*core.HcHttpClient) any
}{
	"codeartsbuild":    {build.CodeArtsBuildClientBuilder, func(c *core.HcHttpClient) any { return build.NewCodeArtsBuildClient(c) }},
	"codeartsartifact": {artifact.CodeArtsArtifactClientBuilder, func(c *core.HcHttpClient) any { return artifact.NewCodeArtsArtifactClient(c) }},
	"sts":              {sts.StsClientBuilder, func(c *core.HcHttpClient) any { return sts.NewStsClient(c) }},
}

func credentials(given map[string]any) (auth.ICredential, error) {
	text := func(name string) string {
		value, _ := given[name].(string)
		return value
	}
	return basic.NewCredentialsBuilder().WithAk(text("ak")).WithSk(text("sk")).
		WithSecurityToken(text("security_token")).WithProjectId(text("project_id")).SafeBuild()
}

func client(given order) (any, error) {
	service, known := services[given.Service]
	if !known {
		return nil, fmt.Errorf("no service %s", given.Service)
	}
	credential, err := credentials(given.Credentials)
	if err != nil {
		return nil, err
	}
	keep := func(response http.Response) {
		raw = nil
		if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") && response.Body != nil {
			raw, _ = io.ReadAll(response.Body)
		}
	}
	http := config.DefaultHttpConfig().WithTimeout(20 * time.Second).
		WithHttpHandler(httphandler.NewHttpHandler().AddResponseHandler(keep))
	made, err := service.builder().WithEndpoint(given.Endpoint).WithCredential(credential).WithHttpConfig(http).SafeBuild()
	if err != nil {
		return nil, err
	}
	return service.client(made), nil
}

// call finds the method by its name and fills its request by the names that the fields have on the wire.
func call(client any, given order) (answer, error) {
	method, err := methodOf(client, strings.ReplaceAll(given.Call, "_", ""))
	if err != nil {
		return nil, err
	}
	request := reflect.New(method.Type().In(0).Elem())
	decoder := json.NewDecoder(bytes.NewReader(given.Request))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(request.Interface()); err != nil {
		return nil, err
	}
	results := method.Call([]reflect.Value{request})
	if err, failed := results[1].Interface().(error); failed {
		return nil, err
	}
	response := results[0].Interface()
	if file, isFile := response.(interface {
		Consume(io.Writer) (int64, error)
	}); isFile {
		var content bytes.Buffer
		_, err := file.Consume(&content)
		return answer{"file": content.String()}, err
	}
	status := reflect.ValueOf(response).Elem().FieldByName("HttpStatusCode").Int()
	return answer{"status": status, "parsed": response, "raw": string(raw)}, nil
}

// methodOf ignores case: Go keeps some abbreviations' capitals.
func methodOf(client any, name string) (reflect.Value, error) {
	value := reflect.ValueOf(client)
	for index := 0; index < value.NumMethod(); index++ {
		if strings.EqualFold(value.Type().Method(index).Name, name) {
			return value.Method(index), nil
		}
	}
	return reflect.Value{}, fmt.Errorf("no method %s", name)
}

func failure(err error) answer {
	var refused *sdkerr.ServiceResponseError
	if !errors.As(err, &refused) {
		return answer{"broken": err.Error()}
	}
	return answer{"refused": answer{
		"kind":       nil,
		"status":     refused.StatusCode,
		"code":       refused.ErrorCode,
		"message":    refused.ErrorMessage,
		"request_id": refused.RequestId,
	}}
}

func handle(clients map[string]any, line []byte) (answer, error) {
	var given order
	if err := json.Unmarshal(line, &given); err != nil {
		return nil, err
	}
	if given.Client == "" {
		return call(clients[given.As], given)
	}
	made, err := client(given)
	clients[given.Client] = made
	return answer{"made": given.Client}, err
}

func main() {
	clients := map[string]any{}
	lines := bufio.NewReader(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		result, err := handle(clients, line)
		if err != nil {
			result = failure(err)
		}
		if err := output.Encode(result); err != nil {
			panic(err)
		}
	}
}
